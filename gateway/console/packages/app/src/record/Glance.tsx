import { Link } from "react-router"
import { Table } from "../list/Table"
import { useColumns } from "../list/useColumns"
import { useOwnFields } from "../reading/own"
import type { Row } from "../reading/rows"
import { useAsOf } from "../state/store"
import { words } from "../words/names"
import { besideOf, type Naming } from "./beside"

const COLUMNS = 5
const NO_FIELDS: readonly string[] = []

/** The records of another list that name this one, those that changed last; nothing where there are none. */
export function Glance({ naming: { list, related }, row }: { readonly naming: Naming; readonly row: Row }) {
  const now = useAsOf()
  const asOf = list.times ? now : null
  const own = useOwnFields(list.own, asOf)
  const columns = useColumns(list, own.fields, NO_FIELDS)
  // That they all name this record is said by the heading.
  const shown = columns.shown.filter((column) => column.through !== related.column).slice(0, COLUMNS)
  const page = besideOf(row, related.name)
  if (page === null || page.items.length === 0) return null
  const title = words(related.name)
  const asked = new URLSearchParams({ [related.column]: `${related.before}${row.id}` })
  return (
    <section className="card" aria-label={title}>
      <div className="card-head">
        <h2>{title}</h2>
        <Link to={`/${list.key}?${asked.toString()}`}>{page.next_cursor === null ? "As a list" : "All"}</Link>
      </div>
      <div className="rows-frame">
        <Table list={list} columns={shown} rows={page.items} asOf={asOf} />
      </div>
    </section>
  )
}
