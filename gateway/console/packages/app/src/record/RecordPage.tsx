import type { List } from "@nexus360/contract"
import { Link, useNavigate, useParams, useSearchParams } from "react-router"
import { columnsOf } from "../catalogue/columns"
import { useList, useLists } from "../catalogue/context"
import { mergeAddress } from "../duplicates/addresses"
import { calledIn } from "../duplicates/called"
import { Merges } from "../duplicates/Merges"
import { Suggestions } from "../duplicates/Suggestions"
import { useIsNow } from "../reading/change"
import { useOwnFields } from "../reading/own"
import { type Row, useRecord } from "../reading/rows"
import { useMay, usePerson } from "../reading/session"
import { NoSuchPage } from "../shell/NoSuchPage"
import { isMissing, Late, Notice, Trouble } from "../shell/Notice"
import { useAsOf } from "../state/store"
import { singular, words } from "../words/names"
import { askedBeside, besideOf, type Naming, useNaming } from "./beside"
import { CommandMenu } from "./CommandMenu"
import { CommandPanel } from "./CommandPanel"
import { commandsFor } from "./commands"
import { OwnFields } from "./OwnFields"
import { Glance } from "./Glance"
import { type Happened, Timeline } from "./Timeline"
import { Values } from "./Values"

export function RecordPage() {
  const { domain, name, id } = useParams()
  const list = useList(`${domain ?? ""}/${name ?? ""}`)
  const may = useMay()
  if (list === null || id === undefined || !may(list.permission)) return <NoSuchPage />
  return <RecordOf key={`${list.key}/${id}`} list={list} id={id} />
}

function RecordOf({ list, id }: { readonly list: List; readonly id: string }) {
  const [given] = useSearchParams()
  const now = useAsOf()
  const asOf = list.times ? now : null
  const trash = given.get("trash") === "true"
  const related = useNaming(list, asOf)
  const naming = trash ? [] : related
  const asked = { as_of: asOf, trash: trash ? "true" : null, ...askedBeside(list, naming) }
  const answer = useRecord(list, id, asked)

  if (answer.isPending)
    return (
      <p className="loading" role="status">
        Loading…
      </p>
    )
  if (answer.isError && answer.data === undefined) {
    if (!isMissing(answer.error)) return <Trouble error={answer.error} again={() => void answer.refetch()} />
    return <Missing list={list} id={id} asOf={asOf} trash={trash} />
  }
  return (
    <>
      {now !== null && !list.times && <Notice tone="info">This record keeps no past. It is shown as it is now.</Notice>}
      <Late late={answer.data.late} />
      <Whole
        list={list}
        row={answer.data.value}
        naming={naming}
        etag={answer.data.etag}
        asOf={asOf}
        trash={trash}
        readAgain={() => void answer.refetch()}
      />
    </>
  )
}

interface WholeProps {
  readonly list: List
  readonly row: Row
  readonly naming: readonly Naming[]
  readonly etag: string | null
  readonly asOf: string | null
  readonly trash: boolean
  readonly readAgain: () => void
}

function Whole({ list, row, naming, etag, asOf, trash, readAgain }: WholeProps) {
  const [given, give] = useSearchParams()
  const navigate = useNavigate()
  const own = useOwnFields(list.own, asOf)
  const lists = useLists()
  const isNow = useIsNow()
  const commands = commandsFor(list, usePerson().permissions, trash)
  const columns = columnsOf(lists, list, own.fields)
  const verb = given.get("do")
  const command = isNow ? commands.find((each) => each.verb === verb) : undefined
  const called = calledIn(list, row)

  const open = (chosen: string | null) =>
    give((before) => {
      const next = new URLSearchParams(before)
      if (chosen === null) next.delete("do")
      else next.set("do", chosen)
      return next
    })

  /** What takes two records has a page of its own. */
  const choose = (chosen: string) => {
    if (list.duplicates !== null && chosen === "merge") void navigate(mergeAddress(list, row.id, null))
    else open(chosen)
  }

  return (
    <article className="page record" aria-labelledby="record-title">
      <title>{`${called} · Nexus360`}</title>
      <p className="crumbs">
        <Link to={`/${list.key}`}>{words(list.name)}</Link>
      </p>
      <div className="page-head">
        <h1 id="record-title">{called}</h1>
        <span className="hint">
          {singular(list.name)}
          {trash && ", in the trash"}
        </span>
        <CommandMenu commands={commands} disabled={!isNow} choose={choose} />
      </div>
      <div className="record-parts">
        <div className="record-main">
          <Values list={list} columns={columns} row={row} asOf={asOf} />
          {list.own !== null && (
            <OwnFields
              list={list}
              row={row}
              etag={etag}
              fields={own.fields}
              columns={columns}
              asOf={asOf}
              trash={trash}
              readAgain={readAgain}
            />
          )}
          {!trash && list.duplicates !== null && (
            <>
              <Suggestions list={list} duplicates={list.duplicates} id={row.id} asOf={asOf} />
              <Merges list={list} id={row.id} asOf={asOf} />
            </>
          )}
          {naming.map((each) => (
            <Glance key={each.related.name} naming={each} row={row} />
          ))}
        </div>
        <aside className="record-side">
          {command !== undefined && (
            <CommandPanel
              key={command.verb}
              command={command}
              row={row}
              etag={etag}
              own={own.fields}
              readAgain={readAgain}
              cancel={() => open(null)}
              done={(accepted) => {
                if (accepted.id !== row.id) void navigate(`/${list.key}/${encodeURIComponent(accepted.id)}`)
                else if (list.trash && command.verb === "remove") void navigate(`/${list.key}`)
                else if (command.verb === "restore" && trash)
                  void navigate(`/${list.key}/${encodeURIComponent(row.id)}`)
                else open(null)
              }}
            />
          )}
          {(list.timeline || list.history) && (
            <Timeline
              list={list}
              id={row.id}
              asOf={list.timeline ? asOf : null}
              first={besideOf<Happened>(row, "timeline")}
            />
          )}
        </aside>
      </div>
    </article>
  )
}

interface MissingProps {
  readonly list: List
  readonly id: string
  readonly asOf: string | null
  readonly trash: boolean
}

function Missing({ list, id, asOf, trash }: MissingProps) {
  if (asOf !== null) return <p className="empty">There was no such {singular(list.name)} on that day.</p>
  if (!list.trash || trash) return <NoSuchPage />
  return (
    <p className="empty">
      There is no such {singular(list.name)} here.{" "}
      <Link to={`/${list.key}/${encodeURIComponent(id)}?trash=true`}>Look in the trash</Link>
    </p>
  )
}
