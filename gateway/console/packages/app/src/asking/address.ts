import { AS_OF } from "../state/time"

/** What a list is asked, as it stands in the address: a link shows the same. Filters are written as the API takes them. */

export interface Filter {
  /** As the API calls it, such as `amount` or `custom.budget`. */
  readonly column: string
  readonly operator: string
  readonly value: string
}

export interface Sort {
  readonly column: string
  readonly down: boolean
}

export interface Asked {
  readonly filters: readonly Filter[]
  readonly sort: readonly Sort[]
  readonly q: string
  readonly view: string | null
  readonly trash: boolean
}

export const NOTHING: Asked = { filters: [], sort: [], q: "", view: null, trash: false }

const OPERATORS = new Set(["ne", "in", "lt", "lte", "gt", "gte", "prefix", "contains", "null"])
const OTHERS = new Set(["q", "sort", "view", "trash", AS_OF])

export function readAddress(given: URLSearchParams): Asked {
  const sort = (given.get("sort") ?? "").split(",").filter((name) => name !== "")
  return {
    filters: [...given].filter(([name]) => !OTHERS.has(name)).map(([name, value]) => ({ ...split(name), value })),
    sort: sort.map((name) => ({ column: name.replace(/^-/, ""), down: name.startsWith("-") })),
    q: given.get("q") ?? "",
    view: given.get("view"),
    trash: given.get("trash") === "true",
  }
}

export function writeAddress(asked: Asked): URLSearchParams {
  const written = new URLSearchParams()
  for (const filter of asked.filters) written.append(parameterOf(filter), filter.value)
  if (asked.q !== "") written.set("q", asked.q)
  if (asked.sort.length > 0) written.set("sort", sortText(asked.sort))
  if (asked.view !== null) written.set("view", asked.view)
  if (asked.trash) written.set("trash", "true")
  return written
}

export function sortText(sort: readonly Sort[]): string {
  return sort.map(({ column, down }) => (down ? `-${column}` : column)).join(",")
}

export function parameterOf({ column, operator }: Filter): string {
  return operator === "eq" ? column : `${column}.${operator}`
}

/** With one more filter; a column is asked once by each operator, so that it takes the place of the one there. */
export function withFilter(asked: Asked, added: Filter): Asked {
  return { ...asked, filters: [...without(asked.filters, added), added] }
}

export function withoutFilter(asked: Asked, dropped: Filter): Asked {
  return { ...asked, filters: without(asked.filters, dropped) }
}

/** Up, down, and as it was: what a click on a header asks for. */
export function turned(sort: readonly Sort[], column: string): readonly Sort[] {
  const now = sort.find((each) => each.column === column)
  if (now === undefined) return [{ column, down: false }]
  return now.down ? [] : [{ column, down: true }]
}

function without(filters: readonly Filter[], dropped: Filter): readonly Filter[] {
  return filters.filter((filter) => parameterOf(filter) !== parameterOf(dropped))
}

function split(name: string): Omit<Filter, "value"> {
  const parts = name.split(".")
  const last = parts.at(-1) ?? ""
  // A field of the tenant's own may be called like an operator: custom.in is that field.
  const shortest = parts[0] === "custom" ? 3 : 2
  if (parts.length < shortest || !OPERATORS.has(last)) return { column: name, operator: "eq" }
  return { column: parts.slice(0, -1).join("."), operator: last }
}
