import type { ReactNode } from "react"
import type { Shown } from "../catalogue/columns"
import type { NameOf } from "../reading/names"
import { RecordLink } from "../shell/RecordLink"
import { choiceWords } from "../words/names"
import { dayWords, decimalWords, isDecimal, isMoney, momentWords, moneyWords, yesNoWords } from "../words/values"

/** One value, as its column has it. */
export function Value({
  column,
  value,
  nameOf,
}: {
  readonly column: Shown
  readonly value: unknown
  readonly nameOf: NameOf
}): ReactNode {
  if (value === null || value === undefined || value === "") return null
  if (column.leads !== null && column.through === null && typeof value === "string") {
    return (
      <RecordLink list={column.leads} id={value}>
        {nameOf(column.leads, value) ?? shortId(value)}
      </RecordLink>
    )
  }
  switch (column.form) {
    case "money":
      return isMoney(value) ? moneyWords(value) : textOf(value)
    case "integer":
      // Years and versions are numbers, too, and have no thousands.
      return textOf(value)
    case "decimal":
      return decimalWords(textOf(value))
    case "yes-no":
      return value === true ? yesNoWords(true) : yesNoWords(false)
    case "date":
      return dayWords(textOf(value))
    case "time":
      return (
        <time dateTime={textOf(value)} title={textOf(value)}>
          {momentWords(textOf(value))}
        </time>
      )
    case "choice":
      return <span className="choice">{column.own === null ? choiceWords(textOf(value)) : textOf(value)}</span>
    case "texts":
      return Array.isArray(value)
        ? value.map((text, at) => (
            <span key={at} className="choice">
              {textOf(text)}
            </span>
          ))
        : textOf(value)
    case "records":
      return Array.isArray(value) && value.length > 0 ? value.length : null
    case "computed":
      return computed(value)
    case "text":
    case "object":
      return textOf(value)
    default:
      return column.form satisfies never
  }
}

export function isNumeric(column: Shown): boolean {
  return column.form === "money" || column.form === "decimal" || column.form === "integer"
}

export function shortId(id: string): string {
  return id.length > 12 ? `${id.slice(0, 8)}…` : id
}

/** What a formula gives: nothing says beforehand whether that is a number, a day, a text, or yes or no. */
function computed(value: unknown): string {
  if (typeof value === "boolean") return yesNoWords(value)
  if (isMoney(value)) return moneyWords(value)
  const text = textOf(value)
  if (isDecimal(text)) return decimalWords(text)
  return /^\d{4}-\d\d-\d\d$/.test(text) ? dayWords(text) : text
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value)
}
