import type { Dimension, List, Measure, Report } from "@nexus360/contract"
import { type Asked, type Filter, NOTHING, parameterOf, writeAddress } from "../asking/address"
import { isDecimal, less } from "../words/values"

/** What a report says of one group: the columns of what it is grouped by, the currency, and the measures. */
export type Group = Readonly<Record<string, unknown>>

/** A group as it is on the day that is shown, and as it was on the one that this is compared with; null where there was
 * nothing in it. */
export interface Pair {
  readonly group: Group
  readonly now: Group | null
  readonly then: Group | null
}

/** The groups of both days; those that are no more stand last. */
export function paired(names: readonly string[], now: readonly Group[], then: readonly Group[]): readonly Pair[] {
  const before = new Map(then.map((group) => [keyOf(names, group), group]))
  const known = new Set(now.map((group) => keyOf(names, group)))
  return [
    ...now.map((group) => ({ group, now: group, then: before.get(keyOf(names, group)) ?? null })),
    ...then.filter((group) => !known.has(keyOf(names, group))).map((group) => ({ group, now: null, then: group })),
  ]
}

/** By what a group is told from others. */
export function namesOf(report: Report, dimensions: readonly Dimension[]): readonly string[] {
  const money = report.measures.some((measure) => measure.money)
  const columns = dimensions.flatMap((dimension) => (dimension.month ? [dimension.name] : dimension.columns))
  return [...new Set(columns), ...(money ? ["currency"] : [])]
}

export function keyOf(names: readonly string[], group: Group): string {
  return JSON.stringify(names.map((name) => group[name] ?? null))
}

/** A number of a group as text: none where there was nothing in it; null where nobody knows it, or one may not see
 * it. */
export function numberOf(pair: Pair, day: "now" | "then", measure: Measure): `${number}` | null {
  const value = (pair[day] ?? pair.group)[measure.name]
  const text = typeof value === "number" ? `${value}` : value
  if (typeof text !== "string" || !isDecimal(text)) return null
  return pair[day] === null ? "0" : text
}

export function differenceOf(pair: Pair, measure: Measure): `${number}` | null {
  const [now, then] = [numberOf(pair, "now", measure), numberOf(pair, "then", measure)]
  return now === null || then === null ? null : less(now, then)
}

/** The address of the list of the records in a group; null where the list cannot be asked for just those. `others` are
 * all groups. */
export function recordsOf(
  report: Report,
  list: List,
  asked: Asked,
  dimensions: readonly Dimension[],
  group: Group,
  others: readonly Group[],
): string | null {
  const filters = [
    ...report.where,
    ...asked.filters,
    ...dimensions.flatMap((dimension) => conditionsOf(list, dimension, group)),
  ]
  const names = namesOf({ ...report, measures: [] }, dimensions)
  const alone = others.filter((other) => keyOf(names, other) === keyOf(names, group)).length === 1
  if (!alone && report.currency === null) return null
  const all = alone ? filters : [...filters, is(report.currency ?? "", group["currency"])]
  if (!all.every((filter) => filter.column === report.currency || canAsk(list, asked, filter))) return null
  const once = new Map(all.map((filter) => [parameterOf(filter), filter]))
  // A list is asked once by each operator of a column: two conditions would be one.
  if (all.some((filter) => once.get(parameterOf(filter))?.value !== filter.value)) return null
  return `/${list.key}?${writeAddress({ ...NOTHING, filters: [...once.values()] }).toString()}`
}

function canAsk(list: List, asked: Asked, filter: Filter): boolean {
  return asked.filters.includes(filter) || list.columns.some((column) => column.name === filter.column && column.filter)
}

function conditionsOf(list: List, { name, columns, month }: Dimension, group: Group): readonly Filter[] {
  const [column = ""] = columns
  const value = group[name]
  if (!month) return told(list, columns).map((each) => is(each, group[each]))
  if (typeof value !== "string") return [is(column, null)]
  return [
    { column, operator: "gte", value: `${value}-01T00:00:00Z` },
    { column, operator: "lt", value: `${following(value)}-01T00:00:00Z` },
  ]
}

/** The id of a record says all that its name beside it says. */
function told(list: List, columns: readonly string[]): readonly string[] {
  const called = list.columns.filter((column) => columns.includes(column.name)).map((column) => column.called)
  return columns.filter((name) => !called.includes(name))
}

function is(column: string, value: unknown): Filter {
  if (value === null || value === undefined) return { column, operator: "null", value: "true" }
  return { column, operator: "eq", value: typeof value === "string" ? value : JSON.stringify(value) }
}

function following(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number)
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7)
}
