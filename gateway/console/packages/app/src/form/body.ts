import type { Field, FieldType } from "@nexus360/contract"
import { type Draft, draftOf, isBlank, itemsOf, type OwnInputs, partOf, textOf } from "./draft"

/** What somebody typed, by the name of the field; fields that nobody touched are not there. */
export type Touched = Readonly<Record<string, Draft>>

/** What a record has already, by the name of the field; none for a new one. */
export type Before = Readonly<Record<string, unknown>>

/** What an input shows: what was typed, or else what the record has. */
export function shownDraft(field: Field, touched: Touched, before: Before, own: OwnInputs): Draft {
  return touched[field.name] ?? draftOf(field.type, before[field.name], own)
}

/** The body of a command. What is empty is left out, but what somebody emptied is said to be so; of the tenant's own
 * fields those alone that were touched, since the others stay. */
export function bodyOf(
  fields: readonly Field[],
  touched: Touched,
  before: Before,
  own: OwnInputs,
): Readonly<Record<string, unknown>> {
  const said = fields.flatMap((field) => {
    const draft = shownDraft(field, touched, before, own)
    const value =
      field.type.kind === "custom" ? changedParts(draft, before[field.name], own) : valueOf(field.type, draft, own)
    if (value !== undefined) return [[field.name, value] as const]
    const emptied = field.name in touched && !isBlank(draftOf(field.type, before[field.name], own))
    return emptied ? [[field.name, field.type.kind === "list" ? [] : null] as const] : []
  })
  return Object.fromEntries(said)
}

/** A draft as the API takes it; undefined when there is nothing in it. Decimals stay the texts that were typed. */
export function valueOf(type: FieldType, draft: Draft, own: OwnInputs): unknown {
  // An amount has a currency beforehand; without digits it is none.
  if (isBlank(type.kind === "money" ? partOf(draft, "amount") : draft)) return undefined
  switch (type.kind) {
    case "list":
      // A group stays where nothing is in it, so that what is refused of those below it keeps its place.
      return itemsOf(draft).flatMap((item) => valueOf(type.of, item, own) ?? (type.of.kind === "group" ? {} : []))
    case "money":
      return {
        amount: textOf(partOf(draft, "amount")).trim(),
        currency: textOf(partOf(draft, "currency")).trim().toUpperCase(),
      }
    case "group":
      return partsOf(type.fields, draft, own)
    case "custom":
      return partsOf(own, draft, own)
    case "boolean":
      return draft === "true"
    case "integer":
      return wholeOf(textOf(draft).trim())
    case "any":
      return parsed(textOf(draft))
    case "number":
    case "time":
    case "date":
      return textOf(draft).trim()
    case "text":
    case "choice":
      return textOf(draft)
    default:
      return type satisfies never
  }
}

function partsOf(fields: readonly Field[], draft: Draft, own: OwnInputs): unknown {
  const parts = fields.map((field) => [field.name, valueOf(field.type, partOf(draft, field.name), own)] as const)
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined))
}

function changedParts(draft: Draft, before: unknown, own: OwnInputs): unknown {
  const old = draftOf({ kind: "custom" }, before, own)
  const changed = own.filter((field) => !same(partOf(draft, field.name), partOf(old, field.name)))
  if (changed.length === 0) return undefined
  return Object.fromEntries(
    changed.map((field) => [field.name, valueOf(field.type, partOf(draft, field.name), own) ?? null]),
  )
}

function same(a: Draft, b: Draft): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** A whole number; what is none goes as it was typed, so that the platform says what is wrong with it. */
function wholeOf(text: string): number | string {
  const whole = Number(text)
  return /^-?\d+$/.test(text) && Number.isSafeInteger(whole) ? whole : text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
