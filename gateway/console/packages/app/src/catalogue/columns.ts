import { type Column, type List, operators } from "@nexus360/contract"
import { columnWords, words } from "../words/names"
import { type OwnField, referredList } from "./own"

export type Form =
  | "text"
  | "integer"
  | "decimal"
  | "money"
  | "yes-no"
  | "time"
  | "date"
  | "choice"
  | "texts"
  | "records"
  | "object"
  | "computed"

/** A column as people see it, of the platform's or of the tenant's own making. */
export interface Shown {
  /** As the API calls it, such as `amount` or `custom.budget`. */
  readonly name: string
  readonly label: string
  readonly form: Form
  readonly choices: readonly string[]
  readonly operators: readonly string[]
  readonly sort: boolean
  /** The list whose record's id stands here. */
  readonly leads: string | null
  /** Of an id: the column that shows what that record is called. */
  readonly called: string | null
  /** Of such a name: the column with the id. */
  readonly through: string | null
  readonly within: readonly string[]
  readonly own: OwnField | null
}

/** All columns of a list, those of the tenant's own last. */
export function columnsOf(lists: readonly List[], list: List, own: readonly OwnField[]): readonly Shown[] {
  const built = list.columns.filter((column) => column.name !== "custom").map((column) => builtColumn(list, column))
  return [
    ...built.map((column) => toldApart(column, built)),
    ...own.filter((field) => !field.retired).map((field) => ownColumn(lists, field)),
  ]
}

/** Those that a table can show: the id of a record that is shown by its name is not told twice. */
export function showable(columns: readonly Shown[]): readonly Shown[] {
  return columns.filter((column) => column.called === null)
}

/** Those that can be asked by. */
export function filterable(columns: readonly Shown[]): readonly Shown[] {
  return columns.filter((column) => column.operators.length > 0)
}

export function valueOf(row: Readonly<Record<string, unknown>>, name: string): unknown {
  if (name in row) return row[name]
  const custom = row["custom"]
  if (!name.startsWith("custom.") || typeof custom !== "object" || custom === null) return undefined
  return (custom as Record<string, unknown>)[name.slice("custom.".length)]
}

function builtColumn(list: List, column: Column): Shown {
  const named = list.columns.find((other) => other.called === column.name)
  return {
    name: column.name,
    label: labelOf(named ?? column),
    form: formOf(column),
    choices: column.choices,
    operators: column.filter ? column.operators : [],
    sort: column.sort,
    leads: column.leads ?? named?.leads ?? null,
    called: list.columns.some((other) => other.name === column.called) ? column.called : null,
    through: named?.name ?? null,
    within: column.within,
    own: null,
  }
}

/** What would be called like another column is called by all of its name: "Next step", and "Next step on". */
function toldApart(column: Shown, all: readonly Shown[]): Shown {
  const alike = all.filter(
    (other) => other.label === column.label && other.called !== column.name && column.called !== other.name,
  )
  return alike.length > 1 ? { ...column, label: words(column.name) } : column
}

/** An id that leads to no list is told from the name of the same thing beside it. */
function labelOf(column: Column): string {
  return column.name.endsWith("_id") && column.leads === null ? words(column.name) : columnWords(column.name)
}

function formOf(column: Column): Form {
  if (column.money) return "money"
  switch (column.kind) {
    case "text":
    case "integer":
    case "time":
    case "date":
    case "texts":
    case "records":
    case "object":
      return column.kind
    case "number":
      return "decimal"
    case "boolean":
      return "yes-no"
    case "enum":
      return "choice"
    default:
      return column.kind satisfies never
  }
}

function ownColumn(lists: readonly List[], own: OwnField): Shown {
  const base = {
    name: `custom.${own.key}`,
    label: own.label,
    choices: own.choices,
    called: null,
    through: null,
    within: [],
    own,
  }
  const leads = referredList(lists, own.refers_to)
  const as = (form: Form, asked: readonly string[], sort: boolean): Shown => ({
    ...base,
    form,
    operators: asked,
    sort,
    leads,
  })
  switch (own.kind) {
    case "TEXT":
      return as("text", operators.text, true)
    case "NUMBER":
      return as("decimal", operators.number, true)
    case "MONEY":
      return as("money", operators.number, true)
    case "DATE":
      return as("date", operators.date, true)
    case "BOOLEAN":
      return as("yes-no", operators.boolean, true)
    case "CHOICE":
      return as("choice", operators.enum, true)
    case "CHOICES":
      return as("texts", operators.texts, false)
    case "REFERENCE":
      return as("text", operators.texts, false)
    case "FORMULA":
      return as("computed", operators.number, true)
    default:
      return own.kind satisfies never
  }
}

/** What a column is called where ids and the names beside them are both offered. */
export function filterLabel(column: Shown): string {
  return column.through !== null ? words(column.name) : column.label
}
