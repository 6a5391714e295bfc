import type { Query } from "@nexus360/client"
import { type Asked, parameterOf, sortText } from "./address"
import { DAYS } from "./operators"

/** How a list is to answer; `asOf` is the day as of which it is shown. */
export interface Shape {
  readonly fields: readonly string[]
  readonly asOf: string | null
}

/** What a list is asked, as parameters of the API. */
export function queryOf(asked: Asked, shape: Shape): Query {
  const filters = Object.fromEntries(asked.filters.map((filter) => [parameterOf(filter), filter.value]))
  return {
    ...filters,
    q: asked.q === "" ? null : asked.q,
    sort: asked.sort.length === 0 ? null : sortText(asked.sort),
    view: asked.view,
    trash: asked.trash ? "true" : null,
    fields: shape.fields.length === 0 ? null : shape.fields.join(","),
    as_of: shape.asOf,
    zone: zoneOf(asked),
  }
}

/** Whose days they are matters to dates alone; links without any stay the same for everybody. */
export function zoneOf(asked: Asked): string | null {
  return asked.filters.some((filter) => isDay(filter.value)) ? zoneHere() : null
}

/** The filters as a saved view keeps them: the JSON of the parameter `where`, in what it had before. */
export function whereOf(asked: Asked, before: string | null): string | null {
  const all = before === null ? conditionsOf(asked) : [JSON.parse(before) as unknown, ...conditionsOf(asked)]
  return all.length === 0 ? null : JSON.stringify(together(all))
}

/** The filters as bodies take them, each for itself. */
export function conditionsOf(asked: Asked): readonly unknown[] {
  return asked.filters.map(({ column, operator, value }) =>
    nested(column, { [operator]: conditionOf(operator, value) }),
  )
}

/** Conditions all of which are to hold, as one. */
export function together(conditions: readonly unknown[]): unknown {
  return conditions.length === 1 ? conditions[0] : { all: conditions }
}

function nested(column: string, operators: Readonly<Record<string, unknown>>): unknown {
  const condition = "eq" in operators ? operators["eq"] : operators
  return column.startsWith("custom.")
    ? { custom: { [column.slice("custom.".length)]: condition } }
    : { [column]: condition }
}

function conditionOf(operator: string, value: string): unknown {
  if (operator === "in") return value.split(",")
  return operator === "null" ? value === "true" : value
}

function isDay(value: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(value) || (DAYS as readonly string[]).includes(value)
}

function zoneHere(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}
