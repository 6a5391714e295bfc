import type { Field, FieldType, List } from "@nexus360/contract"

export type OwnKind = "TEXT" | "NUMBER" | "MONEY" | "DATE" | "BOOLEAN" | "CHOICE" | "CHOICES" | "REFERENCE" | "FORMULA"

/** A field that the tenant defined. */
export interface OwnField {
  readonly key: string
  readonly label: string
  readonly kind: OwnKind
  readonly choices: readonly string[]
  readonly formula: string | null
  readonly refers_to: string | null
  readonly help: string | null
  readonly retired: boolean
}

/** The fields of one kind of record. */
export interface FieldSet {
  readonly id: string
  readonly record: string
  readonly version: number
  readonly fields: readonly OwnField[]
}

/** The list whose records a reference may lead to; users are the only ones without fields of one's own. */
export function referredList(lists: readonly List[], refersTo: string | null): string | null {
  if (refersTo === null) return null
  return lists.find((list) => list.own === refersTo || list.record?.split(".")[1] === refersTo)?.key ?? null
}

/** How a field of the tenant's is filled in; none when it is computed or was retired. */
export function inputOf(lists: readonly List[], own: OwnField): Field | null {
  const type = typeOf(own)
  if (type === null || own.retired) return null
  const leads = referredList(lists, own.refers_to)
  return { name: own.key, doc: own.help ?? "", required: false, secret: false, type, leads }
}

function typeOf(own: OwnField): FieldType | null {
  switch (own.kind) {
    case "TEXT":
    case "REFERENCE":
      return { kind: "text" }
    case "NUMBER":
      return { kind: "number" }
    case "MONEY":
      return { kind: "money" }
    case "DATE":
      return { kind: "date" }
    case "BOOLEAN":
      return { kind: "boolean" }
    case "CHOICE":
      return { kind: "choice", choices: own.choices }
    case "CHOICES":
      return { kind: "list", of: { kind: "choice", choices: own.choices } }
    case "FORMULA":
      return null
    default:
      return own.kind satisfies never
  }
}
