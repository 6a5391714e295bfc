import type { Bodies } from "@nexus360/contract"
import type { OwnField, OwnKind } from "../catalogue/own"
import { suggestedKey } from "./kinds"

/** What is said of a field while it is defined or changed. */
export interface Said {
  readonly label: string
  /** Null while the one that the label suggests will do. */
  readonly key: string | null
  readonly kind: OwnKind
  /** One on each line. */
  readonly choices: string
  readonly refersTo: string
  readonly formula: string
  readonly help: string
}

export const NOTHING_SAID: Said = {
  label: "",
  key: null,
  kind: "TEXT",
  choices: "",
  refersTo: "company",
  formula: "",
  help: "",
}

export function saidOf(field: OwnField): Said {
  const { label, key, kind, formula, help } = field
  return {
    label,
    key,
    kind,
    choices: field.choices.join("\n"),
    refersTo: field.refers_to ?? "",
    formula: formula ?? "",
    help: help ?? "",
  }
}

export function keyOf(said: Said): string {
  return said.key ?? suggestedKey(said.label)
}

/** The body that defines the field for a kind of record. */
export function definition(record: string, said: Said): Bodies["crm.field_set.define"] {
  return {
    record,
    kind: said.kind,
    ...(said.kind === "REFERENCE" ? { refers_to: said.refersTo } : {}),
    ...changed(said),
  }
}

/** The body that replaces what is said of a field, but for what it holds. */
export function changed(said: Said): Bodies["crm.field_set.change-field"] {
  return {
    key: keyOf(said),
    label: said.label.trim(),
    ...(hasChoices(said.kind)
      ? {
          choices: said.choices
            .split("\n")
            .map((line) => line.trim())
            .filter((line) => line !== ""),
        }
      : {}),
    ...(said.kind === "FORMULA" ? { formula: said.formula.trim() } : {}),
    ...(said.help.trim() === "" ? {} : { help: said.help.trim() }),
  }
}

export function hasChoices(kind: OwnKind): boolean {
  return kind === "CHOICE" || kind === "CHOICES"
}
