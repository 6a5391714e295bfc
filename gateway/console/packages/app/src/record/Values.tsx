import type { List } from "@nexus360/contract"
import { type Shown, showable, valueOf } from "../catalogue/columns"
import { defaultColumns } from "../catalogue/defaults"
import { isHidden } from "../list/Table"
import { Value } from "../list/Value"
import { type NameOf, useNames } from "../reading/names"
import type { Row } from "../reading/rows"
import { RecordLink } from "../shell/RecordLink"
import { Parts } from "./Parts"

interface Props {
  readonly list: List
  readonly columns: readonly Shown[]
  readonly row: Row
  readonly asOf: string | null
}

const ABOUT = new Set(["id", "version", "created_at", "updated_at", "recorded_at", "readers", "editors", "parked"])

/** All that the record says, what lists show first; what is empty is folded away. */
export function Values({ list, columns, row, asOf }: Props) {
  const built = showable(columns).filter((column) => column.own === null && column.name !== list.title)
  const first = defaultColumns(list, columns)
  const ordered = [...built].sort((a, b) => place(first, a.name) - place(first, b.name))
  const told = ordered.filter((column) => !ABOUT.has(column.name))
  const full = told.filter((column) => !isEmpty(valueOf(row, column.name)) || isHidden(row, column))
  const empty = told.filter((column) => !full.includes(column))
  const about = ordered.filter((column) => ABOUT.has(column.name) && !isEmpty(valueOf(row, column.name)))
  const led = columns.filter((column) => column.leads !== null && column.through === null)
  const nameOf = useNames(
    led.map((column) => ({ list: column.leads, id: valueOf(row, column.name) })),
    asOf,
  )
  return (
    <section className="card" aria-label="Values">
      <dl className="values">
        {full.map((column) => (
          <Pair key={column.name} list={list} column={column} row={row} nameOf={nameOf} asOf={asOf} />
        ))}
      </dl>
      {empty.length > 0 && (
        <details className="under">
          <summary>{empty.length} empty</summary>
          <p className="hint">{empty.map((column) => column.label).join(", ")}</p>
        </details>
      )}
      <details className="under">
        <summary>About this record</summary>
        <dl className="values">
          {about.map((column) => (
            <Pair key={column.name} list={list} column={column} row={row} nameOf={nameOf} asOf={asOf} />
          ))}
        </dl>
      </details>
    </section>
  )
}

interface PairProps {
  readonly list: List
  readonly column: Shown
  readonly row: Row
  readonly nameOf: NameOf
  readonly asOf: string | null
}

function Pair({ list, column, row, nameOf, asOf }: PairProps) {
  const value = valueOf(row, column.name)
  const wide = column.form === "records" && Array.isArray(value)
  return (
    <div className={wide ? "pair wide" : "pair"}>
      <dt>{column.label}</dt>
      <dd>
        {isHidden(row, column) ? (
          <span className="hidden">You may not see this</span>
        ) : wide ? (
          <Parts list={list} within={column.within} items={value} asOf={asOf} />
        ) : (
          <Led column={column} row={row} value={value} nameOf={nameOf} />
        )}
      </dd>
    </div>
  )
}

function Led({
  column,
  row,
  value,
  nameOf,
}: {
  readonly column: Shown
  readonly row: Row
  readonly value: unknown
  readonly nameOf: NameOf
}) {
  const id = column.through === null ? null : row[column.through]
  const shown = <Value column={column} value={value} nameOf={nameOf} />
  return typeof id === "string" && column.leads !== null ? (
    <RecordLink list={column.leads} id={id}>
      {shown}
    </RecordLink>
  ) : (
    shown
  )
}

function place(first: readonly string[], name: string): number {
  const at = first.indexOf(name)
  return at < 0 ? first.length : at
}

export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)
}
