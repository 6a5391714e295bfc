import type { Duplicates } from "@nexus360/contract"
import { type Shown, valueOf } from "../catalogue/columns"
import { isHidden } from "../list/Table"
import type { Row } from "../reading/rows"
import { isEmpty } from "../record/Values"
import { words } from "../words/names"

/** A field of which two records may both have a value, and one stays. `choice` says whether both have, and another. */
export interface Survivor {
  readonly field: string
  readonly label: string
  readonly column: Shown
  readonly own: unknown
  readonly other: unknown
  readonly choice: boolean
}

/** Of what is listed, all stays; the first is the one that is written to, and of that one stays. */
const FIRST_OF: Readonly<Record<string, string>> = { address: "addresses" }

/** What a merge decides, in the order of the declaration, fields of the tenant's own last. */
export function survivors(
  duplicates: Duplicates,
  columns: readonly Shown[],
  own: Row,
  other: Row,
): readonly Survivor[] {
  const built = duplicates.taken.flatMap((field) => {
    const column = columns.find((each) => each.name === (FIRST_OF[field] ?? field))
    return column === undefined ? [] : [{ field, column }]
  })
  const defined = columns
    .filter((column) => column.own !== null && column.own.kind !== "FORMULA")
    .map((column) => ({ field: column.name, column }))
  return [...built, ...defined].flatMap(({ field, column }) => {
    if (isHidden(own, column) || isHidden(other, column)) return []
    const [mine, theirs] = [held(own, field, column), held(other, field, column)]
    if (isEmpty(mine) && isEmpty(theirs)) return []
    const choice = !isEmpty(mine) && !isEmpty(theirs) && JSON.stringify(mine) !== JSON.stringify(theirs)
    const label = field in FIRST_OF ? words(field) : column.label
    return [{ field, label, column, own: mine, other: theirs, choice }]
  })
}

/** What `take` says where these fields come from the other. */
export function taking(fields: ReadonlySet<string>): Readonly<Record<string, "other">> {
  return Object.fromEntries([...fields].sort().map((field) => [field, "other"]))
}

function held(row: Row, field: string, column: Shown): unknown {
  const value = valueOf(row, column.name)
  if (!(field in FIRST_OF)) return value
  return Array.isArray(value) ? ((value as readonly unknown[])[0] ?? null) : null
}

const WRITTEN = ["street", "postal_code", "city", "region", "country"]

/** An address in a line. */
export function addressWords(address: unknown): string | null {
  if (typeof address !== "object" || address === null) return null
  const parts = address as Readonly<Record<string, unknown>>
  return WRITTEN.flatMap((name) => (typeof parts[name] === "string" ? [parts[name]] : [])).join(", ")
}
