import type { List } from "@nexus360/contract"
import type { Row } from "../reading/rows"
import { shortId } from "../list/Value"
import type { Selection } from "./useSelection"

/** The box that selects all rows that are shown. */
export function ChooseShown({ rows, selection }: { readonly rows: readonly Row[]; readonly selection: Selection }) {
  const every = selection.all || rows.every((row) => selection.ids.has(row.id))
  return (
    <input
      type="checkbox"
      aria-label="Select all that are shown"
      checked={every}
      onChange={() => selection.choose(every ? [] : rows.map((row) => row.id))}
    />
  )
}

interface Props {
  readonly list: List
  readonly row: Row
  readonly rows: readonly Row[]
  readonly selection: Selection
}

/** The box that selects one row; where all are meant, taking one away leaves the others that are shown. */
export function ChooseRow({ list, row, rows, selection }: Props) {
  const { ids, all, choose } = selection
  const checked = all || ids.has(row.id)
  const title = list.title === null ? null : row[list.title]
  const now = all ? rows.map((each) => each.id) : [...ids]
  return (
    <input
      type="checkbox"
      aria-label={`Select ${typeof title === "string" && title !== "" ? title : shortId(row.id)}`}
      checked={checked}
      onChange={() => choose(checked ? now.filter((id) => id !== row.id) : [...now, row.id])}
    />
  )
}
