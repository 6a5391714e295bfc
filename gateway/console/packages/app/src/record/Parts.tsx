import type { Field, FieldType, List } from "@nexus360/contract"
import type { ReactNode } from "react"
import { shortId } from "../list/Value"
import { type NameOf, useNames } from "../reading/names"
import { RecordLink } from "../shell/RecordLink"
import { choiceWords, columnWords } from "../words/names"
import { dayWords, decimalWords, isDecimal, isMoney, momentWords, moneyWords, yesNoWords } from "../words/values"

interface Props {
  readonly list: List
  readonly within: readonly string[]
  readonly items: readonly unknown[]
  readonly asOf: string | null
}

type Item = Readonly<Record<string, unknown>>

/** Records within a record, such as the lines of a deal. */
export function Parts({ list, within, items, asOf }: Props) {
  const rows = items.filter((item): item is Item => typeof item === "object" && item !== null)
  const told = within.filter((name) => !(name.endsWith("_id") && within.includes(name.replace(/_id$/, "_name"))))
  const columns = told.filter((name) => rows.some((row) => row[name] !== null && row[name] !== undefined))
  const nameOf = useNames(
    columns.flatMap((name) => rows.map((row) => ({ list: leadsOf(list, name), id: row[name] }))),
    asOf,
  )
  return (
    <table className="parts">
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name} scope="col">
              {columnWords(name)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, at) => (
          <tr key={at}>
            {columns.map((name) => (
              <td key={name}>
                <Part leads={leadsOf(list, name)} value={row[name]} nameOf={nameOf} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The catalogue tells the parts' names alone: what they are is seen from their values. */
function Part({
  leads,
  value,
  nameOf,
}: {
  readonly leads: string | null
  readonly value: unknown
  readonly nameOf: NameOf
}): ReactNode {
  if (value === null || value === undefined) return null
  if (leads !== null && typeof value === "string")
    return (
      <RecordLink list={leads} id={value}>
        {nameOf(leads, value) ?? shortId(value)}
      </RecordLink>
    )
  if (typeof value === "boolean") return yesNoWords(value)
  if (isMoney(value)) return moneyWords(value)
  if (Array.isArray(value)) return value.map((each) => choiceWords(String(each))).join(", ")
  if (typeof value !== "string") return JSON.stringify(value)
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return momentWords(value)
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return dayWords(value)
  if (isDecimal(value)) return value.length > 3 ? decimalWords(value) : value
  // Codes of currencies and countries stay as they are.
  return value.length > 3 ? choiceWords(value) : value
}

/** To which list an id within leads, as the commands say that take one of the same name. */
function leadsOf(list: List, name: string): string | null {
  const fields = list.commands.flatMap((command) => command.fields).flatMap(allWithin)
  return fields.find((field) => field.name === name)?.leads ?? null
}

function allWithin(field: Field): readonly Field[] {
  return [field, ...partsOf(field.type).flatMap(allWithin)]
}

function partsOf(type: FieldType): readonly Field[] {
  if (type.kind === "group") return type.fields
  return type.kind === "list" ? partsOf(type.of) : []
}
