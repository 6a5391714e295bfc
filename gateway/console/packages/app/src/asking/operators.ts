import type { Form, Shown } from "../catalogue/columns"

/** An operator in words; `value` is fixed where the words say it already. */
export interface Choice {
  readonly operator: string
  readonly value: string | null
  readonly words: string
}

/** How a column can be asked. */
export function choicesOf(column: Shown): readonly Choice[] {
  return column.operators
    .filter((operator) => fits(column, operator))
    .flatMap((operator): readonly Choice[] => {
      if (operator !== "null") return [{ operator, value: null, words: wordsOf(operator, column.form) }]
      return [
        { operator, value: "true", words: "is empty" },
        { operator, value: "false", words: "is not empty" },
      ]
    })
}

export function choiceOf(column: Shown, operator: string, value: string): string {
  if (operator === "null") return value === "true" ? "is empty" : "is not empty"
  return wordsOf(operator, column.form)
}

/** What nobody asks: the order of ids, or the beginning of a choice. */
function fits(column: Shown, operator: string): boolean {
  const exact = operator === "eq" || operator === "ne" || operator === "in" || operator === "null"
  const isId = column.leads !== null && column.through === null
  return exact || !(isId || column.form === "choice")
}

function wordsOf(operator: string, form: Form): string {
  const dated = form === "time" || form === "date"
  const holds = form === "texts" || form === "records"
  switch (operator) {
    case "eq":
      return holds ? "has" : "is"
    case "ne":
      return holds ? "has not" : "is not"
    case "in":
      return holds ? "has one of" : "is one of"
    case "lt":
      return dated ? "is before" : "is less than"
    case "lte":
      return dated ? "is at the latest" : "is at most"
    case "gt":
      return dated ? "is after" : "is more than"
    case "gte":
      return dated ? "is at the earliest" : "is at least"
    case "prefix":
      return "begins with"
    case "contains":
      return "contains"
    default:
      return operator
  }
}

/** Days in words that the API takes in the place of a date. */
export const DAYS = [
  "today",
  "yesterday",
  "tomorrow",
  "this_week",
  "last_week",
  "next_week",
  "this_month",
  "last_month",
  "next_month",
  "this_quarter",
  "last_quarter",
  "next_quarter",
  "this_year",
  "last_year",
  "next_year",
  "last_30_days",
  "next_30_days",
] as const
