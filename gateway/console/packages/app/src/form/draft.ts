import type { Field, FieldType } from "@nexus360/contract"
import { isMoney } from "../words/values"

/** What stands in an input while it is filled in: texts, and lists and groups of them. Empty is the empty text. */
export type Draft = string | readonly Draft[] | { readonly [name: string]: Draft }

/** Fields of the tenant's own, as a form fills them in: a field of kind "custom" is a group of these. */
export type OwnInputs = readonly Field[]

export function blank(type: FieldType, own: OwnInputs): Draft {
  switch (type.kind) {
    case "list":
      return []
    case "money":
      return { amount: "", currency: "" }
    case "group":
      return Object.fromEntries(type.fields.map((field) => [field.name, blank(field.type, own)]))
    case "custom":
      return Object.fromEntries(own.map((field) => [field.name, blank(field.type, own)]))
    case "text":
    case "integer":
    case "number":
    case "boolean":
    case "time":
    case "date":
    case "choice":
    case "any":
      return ""
    default:
      return type satisfies never
  }
}

/** What is there already, as a draft; blank where it has another form. */
export function draftOf(type: FieldType, value: unknown, own: OwnInputs): Draft {
  if (value === null || value === undefined) return blank(type, own)
  switch (type.kind) {
    case "list":
      return Array.isArray(value) ? value.map((each) => draftOf(type.of, each, own)) : []
    case "money":
      return isMoney(value) ? { amount: value.amount, currency: value.currency } : blank(type, own)
    case "group":
      return groupOf(type.fields, value, own)
    case "custom":
      return groupOf(own, value, own)
    case "any":
      return typeof value === "string" ? value : JSON.stringify(value)
    case "text":
    case "integer":
    case "number":
    case "boolean":
    case "time":
    case "date":
    case "choice":
      return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? `${value}` : ""
    default:
      return type satisfies never
  }
}

export function isBlank(draft: Draft): boolean {
  if (typeof draft === "string") return draft.trim() === ""
  return isItems(draft) ? draft.length === 0 : Object.values(draft).every(isBlank)
}

export function partOf(draft: Draft, name: string): Draft {
  return partsOf(draft)[name] ?? ""
}

export function withPart(draft: Draft, name: string, part: Draft): Draft {
  return { ...partsOf(draft), [name]: part }
}

export function textOf(draft: Draft): string {
  return typeof draft === "string" ? draft : ""
}

export function itemsOf(draft: Draft): readonly Draft[] {
  return isItems(draft) ? draft : []
}

function partsOf(draft: Draft): { readonly [name: string]: Draft } {
  return typeof draft === "string" || isItems(draft) ? {} : draft
}

function isItems(draft: Draft): draft is readonly Draft[] {
  return Array.isArray(draft)
}

function groupOf(fields: readonly Field[], value: unknown, own: OwnInputs): Draft {
  if (typeof value !== "object" || value === null)
    return Object.fromEntries(fields.map((field) => [field.name, blank(field.type, own)]))
  const parts = value as Readonly<Record<string, unknown>>
  return Object.fromEntries(fields.map((field) => [field.name, draftOf(field.type, money(field, parts), own)]))
}

/** Records within a record tell amounts as texts, with one currency beside them; fields take each with its own. */
function money(field: Field, parts: Readonly<Record<string, unknown>>): unknown {
  const part = parts[field.name]
  return field.type.kind === "money" && typeof part === "string" ? { amount: part, currency: parts["currency"] } : part
}
