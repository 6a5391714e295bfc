import type { List } from "@nexus360/contract"
import type { Shown } from "./columns"

const NEVER_FIRST = new Set(["updated_at", "recorded_at", "removed_at", "version"])

/** The columns that a list shows until somebody chooses others: what names the record, what it belongs to, where it
 * stands, what it is worth and when; then fields of the tenant's own. What can be sorted by counts as what matters. */
export function defaultColumns(list: List, columns: readonly Shown[]): readonly string[] {
  const rest = columns.filter(
    (column) => column.own === null && column.name !== list.title && !NEVER_FIRST.has(column.name),
  )
  const sorted = rest.filter((column) => column.sort)
  // What no column names, such as a bulk change, is told from the others by all that is said of it.
  const from = list.title !== null && sorted.length >= 3 ? sorted : rest
  const joined = named(from, (column) => column.through !== null, 3)
  const choices = named(from, (column) => column.form === "choice", 2)
  const amounts = named(from, (column) => column.form === "money", 1)
  const counted = joined.length + choices.length + amounts.length
  const texts = named(from, isPlain, Math.max(0, 5 - counted))
  const times = named(from, (column) => column.form === "time" || column.form === "date", 2)
  const own = named(columns, (column) => column.own !== null, 4)
  const title = columns.some((column) => column.name === list.title) && list.title !== null ? [list.title] : []
  return [...title, ...joined, ...texts, ...choices, ...amounts, ...times, ...own]
}

function named(columns: readonly Shown[], fits: (column: Shown) => boolean, most: number): readonly string[] {
  return columns
    .filter(fits)
    .slice(0, most)
    .map((column) => column.name)
}

function isPlain(column: Shown): boolean {
  const plain = column.form === "text" || column.form === "integer" || column.form === "yes-no"
  return plain && column.through === null && !column.name.endsWith("id")
}
