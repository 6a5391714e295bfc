import type { List, Related } from "@nexus360/contract"
import { Link } from "react-router"
import { useList } from "../catalogue/context"
import { useOwnFields } from "../reading/own"
import { useFirstRows } from "../reading/rows"
import { useMay } from "../reading/session"
import { fieldsOf, useColumns } from "../list/useColumns"
import { Table } from "../list/Table"
import { useAsOf } from "../state/store"
import { words } from "../words/names"

/** The records of other lists that name this one. */
export function RelatedLists({ list, id }: { readonly list: List; readonly id: string }) {
  return list.related.map((related) => <RelatedList key={related.name} related={related} id={id} />)
}

function RelatedList({ related, id }: { readonly related: Related; readonly id: string }) {
  const list = useList(related.list)
  const may = useMay()
  const column = list?.columns.find((each) => each.name === related.column)
  if (list === null || column?.filter !== true || !may(list.permission)) return null
  return <Glance list={list} related={related} id={id} />
}

const FIRST = 5
const COLUMNS = 5
const NO_FIELDS: readonly string[] = []

function Glance({ list, related, id }: { readonly list: List; readonly related: Related; readonly id: string }) {
  const now = useAsOf()
  const asOf = list.times ? now : null
  const own = useOwnFields(list.own, asOf)
  const columns = useColumns(list, own.fields, NO_FIELDS)
  // That they all name this record is said by the heading.
  const shown = columns.shown.filter((column) => column.through !== related.column).slice(0, COLUMNS)
  const asked = { [related.column]: `${related.before}${id}` }
  const answer = useFirstRows(
    list,
    { ...asked, limit: `${FIRST}`, fields: fieldsOf(list, shown).join(","), as_of: asOf },
    own.ready,
  )
  const rows = answer.data?.value.items ?? []
  if (rows.length === 0) return null
  const title = words(related.name)
  return (
    <section className="card" aria-label={title}>
      <div className="card-head">
        <h2>{title}</h2>
        <Link to={`/${list.key}?${new URLSearchParams(asked).toString()}`}>
          {answer.data?.value.next_cursor == null ? "As a list" : "All"}
        </Link>
      </div>
      <div className="rows-frame">
        <Table list={list} columns={shown} rows={rows} asOf={asOf} />
      </div>
    </section>
  )
}
