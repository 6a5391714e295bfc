import type { Dimension, Measure } from "@nexus360/contract"
import type { Shown } from "../catalogue/columns"
import { shortId } from "../list/Value"
import { isEmpty } from "../record/Values"
import type { NameOf } from "../reading/names"
import { choiceWords } from "../words/names"
import { decimalWords, monthWords, moneyWords } from "../words/values"
import type { Group } from "./groups"

/** What people call a group within one dimension. */
export function called(dimension: Dimension, group: Group, columns: readonly Shown[], nameOf: NameOf): string {
  if (dimension.month) return orNone(monthWords(textOf(group[dimension.name])))
  const parts = dimension.columns
    .filter((name) => isEmpty(group[nameBeside(name)]))
    .map((name) => one(group[name], columns.find((column) => column.name === name) ?? null, nameOf))
  return orNone(parts.filter((part) => part !== "").join(", "))
}

/** A measure of a group in words; nothing where nobody knows it. */
export function measured(measure: Measure, value: string | null, currency: unknown): string {
  if (value === null) return ""
  if (!measure.money || typeof currency !== "string") return decimalWords(value)
  return moneyWords({ amount: value, currency })
}

/** Where the name of a record stands whose id is told. */
function nameBeside(name: string): string {
  return name.endsWith("_id") ? name.replace(/_id$/, "_name") : ""
}

function one(value: unknown, column: Shown | null, nameOf: NameOf): string {
  const text = textOf(value)
  const leads = column?.through === null ? column.leads : null
  if (leads !== null && text !== "") return nameOf(leads, text) ?? shortId(text)
  return column?.form === "choice" ? choiceWords(text) : text
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === null || value === undefined ? "" : JSON.stringify(value)
}

function orNone(text: string): string {
  return text === "" ? "None" : text
}
