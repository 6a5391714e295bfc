import { type Command, type List } from "@nexus360/contract"
import { useState } from "react"
import { Link, useLocation, useNavigate, useParams, useSearchParams } from "react-router"
import { writeAddress } from "../asking/address"
import { useList } from "../catalogue/context"
import { CommandForm } from "../form/CommandForm"
import { useIsNow } from "../reading/change"
import { useOwnFields } from "../reading/own"
import { useMay, usePerson } from "../reading/session"
import { NoSuchPage } from "../shell/NoSuchPage"
import { Notice } from "../shell/Notice"
import { words } from "../words/names"
import { BULK, manyWords } from "./change"
import { bulkCommands } from "./commands"
import { Emptied } from "./Emptied"
import { isNamed, type Meant, readMeant, selecting } from "./meant"
import { Tried } from "./Tried"

/** What is to be done to records of a list, tried before it is done. Which they are stands in the address, or beside it
 * where they were chosen one by one. */
export function BulkPage() {
  const { domain, name, verb } = useParams()
  const list = useList(`${domain ?? ""}/${name ?? ""}`)
  const [given] = useSearchParams()
  const ids = idsOf(useLocation().state)
  const may = useMay()
  const { asked, all } = readMeant(given)
  const { permissions } = usePerson()
  const commands = list === null ? [] : bulkCommands(list, permissions, asked.trash)
  const command = commands.find((each) => each.verb === verb)
  const isNow = useIsNow()
  if (list === null || command === undefined || !may(list.permission)) return <NoSuchPage />
  if (!isNow) return <Notice tone="warning">Nothing can be changed while another day is shown.</Notice>
  const back = `/${list.key}?${writeAddress(asked).toString()}`
  if (ids === null && !all)
    return (
      <p className="empty">
        No records are selected. <Link to={back}>Select some in the list</Link>
      </p>
    )
  return <Begin key={verb} list={list} command={command} commands={commands} meant={ids ?? asked} back={back} />
}

interface Props {
  readonly list: List
  readonly command: Command
  readonly commands: readonly Command[]
  readonly meant: Meant
  /** The address of the list that the records are from. */
  readonly back: string
}

type Body = Readonly<Record<string, unknown>>

function Begin({ list, command, commands, meant, back }: Props) {
  const [emptied, setEmptied] = useState<readonly string[]>([])
  const [tried, setTried] = useState<{ readonly id: string; readonly body: Body } | null>(null)
  const navigate = useNavigate()
  const { search, state } = useLocation() as { readonly search: string; readonly state: unknown }
  const own = useOwnFields(list.own, null)
  const many = isNamed(meant) ? manyWords(meant.length, list) : `all ${words(list.name).toLowerCase()} of the list`
  const title = `${words(command.verb)}: ${many}`
  const turnTo = (verb: string) =>
    void navigate({ pathname: `/${list.key}/change/${verb}`, search }, { replace: true, state })

  return (
    <section className="page narrow" aria-labelledby="bulk-title">
      <title>{`${title} · Nexus360`}</title>
      <p className="crumbs">
        <Link to={back}>{words(list.name)}</Link>
      </p>
      <div className="page-head">
        <h1 id="bulk-title">{title}</h1>
      </div>
      <div className="card command" hidden={tried !== null}>
        {commands.length > 1 && <Verbs commands={commands} chosen={command} choose={turnTo} />}
        {takesOwn(command) && <Emptied own={own.fields} emptied={emptied} empty={setEmptied} />}
        <CommandForm
          command={command}
          path={`/${BULK}`}
          before={{}}
          match={null}
          own={own.fields}
          label="Try it"
          around={{ name: "values", body: (said) => bodyOf(list, command, meant, withEmptied(said, emptied)) }}
          done={(accepted, body) => setTried({ id: accepted.id, body })}
          cancel={() => void navigate(back)}
        />
      </div>
      {tried !== null && (
        <Tried key={tried.id} list={list} id={tried.id} body={tried.body} title={title} again={() => setTried(null)} />
      )}
    </section>
  )
}

interface VerbsProps {
  readonly commands: readonly Command[]
  readonly chosen: Command
  readonly choose: (verb: string) => void
}

function Verbs({ commands, chosen, choose }: VerbsProps) {
  return (
    <div className="field">
      <label htmlFor="bulk-verb">What is done to each</label>
      <select id="bulk-verb" value={chosen.verb} onChange={(event) => choose(event.target.value)}>
        {commands.map(({ verb }) => (
          <option key={verb} value={verb}>
            {words(verb)}
          </option>
        ))}
      </select>
    </div>
  )
}

function takesOwn(command: Command): boolean {
  return command.fields.some((field) => field.type.kind === "custom")
}

/** What is said of the tenant's own fields, and what is taken away of them. */
function withEmptied(said: Body, emptied: readonly string[]): Body {
  if (emptied.length === 0) return said
  const nothing = Object.fromEntries(emptied.map((key) => [key, null]))
  return { ...said, custom: { ...(said["custom"] as Body | undefined), ...nothing } }
}

/** When it took place stands beside the values of the command, and not among them. */
function bodyOf(list: List, command: Command, meant: Meant, { at, ...values }: Body): Body {
  const moment = at === undefined ? {} : { at }
  return { target: list.record, verb: command.verb, values, ...selecting(meant), ...moment, dry_run: true }
}

function idsOf(state: unknown): readonly string[] | null {
  if (typeof state !== "object" || state === null || !("ids" in state) || !Array.isArray(state.ids)) return null
  return state.ids.filter((id) => typeof id === "string")
}
