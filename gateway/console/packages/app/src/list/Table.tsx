import type { List } from "@nexus360/contract"
import type { ReactNode } from "react"
import { Link } from "react-router"
import type { Sort } from "../asking/address"
import { ChooseRow, ChooseShown } from "../bulk/Choosing"
import type { Selection } from "../bulk/useSelection"
import { type Shown, valueOf } from "../catalogue/columns"
import { type NameOf, useNames } from "../reading/names"
import type { Row } from "../reading/rows"
import { RecordLink } from "../shell/RecordLink"
import { isNumeric, shortId, Value } from "./Value"

interface Props {
  readonly list: List
  readonly columns: readonly Shown[]
  readonly rows: readonly Row[]
  readonly asOf: string | null
  readonly sort?: readonly Sort[]
  readonly turn?: (column: string) => void
  /** What each record's address is to say besides, such as that it is in the trash. */
  readonly further?: string
  readonly selection?: Selection | null
}

export function Table(props: Props) {
  const { list, columns, rows, asOf, sort = [], turn, further = "", selection = null } = props
  const led = columns.filter((column) => column.leads !== null && column.through === null)
  const nameOf = useNames(
    led.flatMap((column) => rows.map((row) => ({ list: column.leads, id: valueOf(row, column.name) }))),
    asOf,
  )
  return (
    <table className="rows">
      <thead>
        <tr>
          {selection !== null && (
            <td className="choose">
              <ChooseShown rows={rows} selection={selection} />
            </td>
          )}
          {columns.map((column) => (
            <Head key={column.name} column={column} sort={sort} turn={turn} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            {selection !== null && (
              <td className="choose">
                <ChooseRow list={list} row={row} rows={rows} selection={selection} />
              </td>
            )}
            {columns.map((column, at) => (
              <td key={column.name} className={isNumeric(column) ? "number" : undefined}>
                <Cell list={list} row={row} column={column} first={at === 0} nameOf={nameOf} further={further} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface HeadProps {
  readonly column: Shown
  readonly sort: readonly Sort[]
  readonly turn: ((column: string) => void) | undefined
}

function Head({ column, sort, turn }: HeadProps) {
  const now = sort.find((each) => each.column === column.name)
  const sorted = now === undefined ? "none" : now.down ? "descending" : "ascending"
  const said = <span className="head-words">{column.label}</span>
  return (
    <th
      scope="col"
      aria-sort={column.sort && turn !== undefined ? sorted : undefined}
      className={isNumeric(column) ? "number" : undefined}
      title={column.own?.help ?? undefined}
    >
      {column.sort && turn !== undefined ? (
        <button type="button" onClick={() => turn(column.name)}>
          {said}
          <span aria-hidden="true">{now === undefined ? "" : now.down ? " ↓" : " ↑"}</span>
        </button>
      ) : (
        said
      )}
    </th>
  )
}

interface CellProps {
  readonly list: List
  readonly row: Row
  readonly column: Shown
  readonly first: boolean
  readonly nameOf: NameOf
  readonly further: string
}

/** One value of a record, which leads on where it names one. */
export function Cell({ list, row, column, first, nameOf, further }: CellProps): ReactNode {
  const value = valueOf(row, column.name)
  const shown = isHidden(row, column) ? (
    <span className="hidden" title="You may not see this">
      hidden
    </span>
  ) : (
    <Value column={column} value={value} nameOf={nameOf} />
  )
  if (column.name === list.title || (first && list.title === null)) {
    const empty = value === null || value === undefined || value === ""
    return (
      <Link className="title" to={`/${list.key}/${encodeURIComponent(row.id)}${further}`}>
        {empty ? shortId(row.id) : column.leads === null ? shown : shortId(row.id)}
      </Link>
    )
  }
  const id = column.through === null ? null : row[column.through]
  if (column.leads !== null && typeof id === "string" && value !== null)
    return (
      <RecordLink list={column.leads} id={id}>
        {shown}
      </RecordLink>
    )
  return shown
}

export function isHidden(row: Row, column: Shown): boolean {
  const hidden = row["hidden"]
  return Array.isArray(hidden) && (hidden.includes(column.name) || (column.own !== null && hidden.includes("custom")))
}
