import type { OwnKind } from "../catalogue/own"

/** What a field may hold, in words. */
export const KINDS: readonly (readonly [OwnKind, string])[] = [
  ["TEXT", "Text"],
  ["NUMBER", "Number"],
  ["MONEY", "Money"],
  ["DATE", "Date"],
  ["BOOLEAN", "Yes or no"],
  ["CHOICE", "One choice"],
  ["CHOICES", "Several choices"],
  ["REFERENCE", "Reference to a record"],
  ["FORMULA", "Formula"],
]

export function kindWords(kind: OwnKind): string {
  return KINDS.find(([each]) => each === kind)?.[1] ?? kind
}

export const REFERRED = ["contact", "company", "deal", "product", "user"] as const

/** A key for a field of that label: small letters, digits and underscores, with a letter first, 40 at most. */
export function suggestedKey(label: string): string {
  const plain = label.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/ß/g, "ss")
  return plain
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+/, "")
    .slice(0, 40)
    .replace(/_+$/, "")
}
