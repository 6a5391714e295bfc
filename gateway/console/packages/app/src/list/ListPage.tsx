import type { List } from "@nexus360/contract"
import { Link, useParams } from "react-router"
import { turned } from "../asking/address"
import { queryOf } from "../asking/query"
import { BOARD_OF } from "../board/board"
import { boardAddress, listAddress, Switch } from "../board/Switch"
import { SelectionBar } from "../bulk/SelectionBar"
import { useSelection } from "../bulk/useSelection"
import { useList } from "../catalogue/context"
import { commandsOf } from "../catalogue/groups"
import { useIsNow } from "../reading/change"
import { useOwnFields } from "../reading/own"
import { type Row, useRows } from "../reading/rows"
import { useMay, usePerson } from "../reading/session"
import { NoSuchPage } from "../shell/NoSuchPage"
import { Late, Notice, Trouble } from "../shell/Notice"
import { useAsOf } from "../state/store"
import { singular, words } from "../words/names"
import { Filters } from "./Filters"
import { ListTools } from "./ListTools"
import { Table } from "./Table"
import { useAsked } from "./useAsked"
import { fieldsOf, useColumns } from "./useColumns"
import { useViews } from "./views"

export function ListPage() {
  const { domain, name } = useParams()
  const list = useList(`${domain ?? ""}/${name ?? ""}`)
  const may = useMay()
  if (list === null || !may(list.permission)) return <NoSuchPage />
  return <ListOf key={list.key} list={list} />
}

function ListOf({ list }: { readonly list: List }) {
  const [asked, ask] = useAsked()
  const now = useAsOf()
  const asOf = list.times ? now : null
  const own = useOwnFields(list.own, asOf)
  const views = useViews(list)
  const view = views.find((each) => each.id === asked.view)
  const columns = useColumns(list, own.fields, view?.fields ?? NO_FIELDS)
  const search = asked.trash || asOf !== null ? "" : asked.q
  const query = queryOf({ ...asked, q: search }, { fields: fieldsOf(list, columns.shown), asOf })
  const answer = useRows(list, query, own.ready)
  const rows = answer.data?.pages.flatMap((page) => page.value.items) ?? []
  const selection = useSelection(list, asked)
  const title = words(list.name)

  return (
    <section className="page" aria-labelledby="list-title">
      <title>{`${title} · Nexus360`}</title>
      <div className="page-head">
        <h1 id="list-title" title={list.doc}>
          {title}
        </h1>
        {list.key === BOARD_OF && (
          <Switch here="list" list={listAddress(asked, null, null)} board={boardAddress(asked, null)} />
        )}
        <ListTools list={list} asked={asked} ask={ask} columns={columns} views={views} query={query} />
        <NewButton list={list} />
      </div>
      <Filters columns={columns.all} asked={asked} ask={ask} />
      {selection !== null && (
        <SelectionBar list={list} asked={asked} rows={rows} more={answer.hasNextPage} selection={selection} />
      )}
      {now !== null && !list.times && <Notice tone="info">This list keeps no past. It is shown as it is now.</Notice>}
      <Late late={answer.data?.pages.some((page) => page.late) ?? false} />
      {answer.isError && <Trouble error={answer.error} again={() => void answer.refetch()} />}
      <div className="rows-frame" aria-busy={answer.isFetching} hidden={answer.isError && rows.length === 0}>
        {answer.isPending && (
          <p className="loading" role="status">
            Loading…
          </p>
        )}
        {answer.isSuccess && rows.length === 0 && (
          <Empty filtered={asked.filters.length > 0 || search !== ""} trash={asked.trash} />
        )}
        {rows.length > 0 && (
          <Table
            list={list}
            columns={columns.shown}
            rows={rows}
            asOf={asOf}
            sort={asked.sort}
            turn={(column) => ask({ ...asked, sort: turned(asked.sort, column) })}
            further={asked.trash ? "?trash=true" : ""}
            selection={selection}
          />
        )}
        <Foot
          rows={rows}
          more={answer.hasNextPage}
          busy={answer.isFetchingNextPage}
          next={() => void answer.fetchNextPage()}
        />
      </div>
    </section>
  )
}

const NO_FIELDS: readonly string[] = []

/** Leads to a new record of the list. */
export function NewButton({ list }: { readonly list: List }) {
  const commands = commandsOf(list, usePerson().permissions, true)
  const isNow = useIsNow()
  if (commands.length === 0) return null
  const label = `New ${singular(list.name)}`
  if (!isNow)
    return (
      <button type="button" className="button primary" disabled>
        {label}
      </button>
    )
  return (
    <Link className="button primary" to={`/${list.key}/new`}>
      {label}
    </Link>
  )
}

function Empty({ filtered, trash }: { readonly filtered: boolean; readonly trash: boolean }) {
  if (filtered) return <p className="empty">Nothing is like that. Take a filter away, or search for something else.</p>
  return <p className="empty">{trash ? "The trash is empty." : "There is nothing here yet."}</p>
}

interface FootProps {
  readonly rows: readonly Row[]
  readonly more: boolean
  readonly busy: boolean
  readonly next: () => void
}

function Foot({ rows, more, busy, next }: FootProps) {
  if (rows.length === 0) return null
  return (
    <p className="rows-foot">
      <span className="hint">
        {more ? `The first ${rows.length}` : rows.length === 1 ? "1 record" : `All ${rows.length}`}
      </span>
      {more && (
        <button type="button" className="button" disabled={busy} onClick={next}>
          {busy ? "Loading…" : "Show more"}
        </button>
      )}
    </p>
  )
}
