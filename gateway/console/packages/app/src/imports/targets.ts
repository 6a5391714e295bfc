import type { List } from "@nexus360/contract"
import { useLists } from "../catalogue/context"
import type { OwnField } from "../catalogue/own"
import { useMay, usePerson } from "../reading/session"
import { columnWords } from "../words/names"

export const IMPORTS = "integration/imports"

/** A field that a column of a file can fill, as it is called in a mapping and as people read it. */
export interface Fillable {
  readonly name: string
  readonly label: string
  readonly required: boolean
}

/** The lists into which one may import: it takes what an import does, to all of their records. */
export function useTargets(): readonly List[] {
  const lists = useLists()
  const { permissions } = usePerson()
  const may = useMay()
  if (!may("integration.import.start")) return []
  return lists.filter(({ imported }) => imported !== null && permissions[imported.permission] === "all")
}

/** All that can be filled of a record, fields of the tenant's own last. */
export function fillable(list: List, own: readonly OwnField[]): readonly Fillable[] {
  const built = list.imported?.fields ?? []
  const taken = own.filter((field) => !field.retired && field.kind !== "FORMULA")
  return [
    ...built.map(({ name, required }) => ({ name, label: columnWords(name), required })),
    ...taken.flatMap(({ key, label, kind }) => [
      { name: `custom.${key}`, label, required: false },
      ...(kind === "MONEY" ? [{ name: `custom.${key}.currency`, label: `${label}: currency`, required: false }] : []),
    ]),
  ]
}

export function labelOf(fields: readonly Fillable[], name: string): string {
  return fields.find((field) => field.name === name)?.label ?? columnWords(name)
}
