import type { List } from "@nexus360/contract"
import type { ReactNode } from "react"
import { useNames } from "../reading/names"
import { shortId } from "../list/Value"
import { RecordLink } from "../shell/RecordLink"
import type { Line } from "../work/separated"
import { words } from "../words/names"
import { type Fillable, labelOf } from "./targets"

interface Props {
  readonly lines: readonly Line[]
  readonly columns: readonly string[]
  readonly fields: readonly Fillable[]
  readonly list: List | undefined
}

/** Lines of a report on rows, with fields and records by what they are called. */
export function Lines({ lines, columns, fields, list }: Props) {
  const key = list?.key ?? ""
  const nameOf = useNames(
    lines.map((line) => ({ list: key, id: line["record"] })),
    null,
  )
  const cell = (name: string, value: string): ReactNode => {
    if (value === "") return null
    if (name === "field") return labelOf(fields, value)
    if (name === "outcome") return words(value)
    if (name !== "record") return value
    return (
      <RecordLink list={key} id={value}>
        {nameOf(key, value) ?? shortId(value)}
      </RecordLink>
    )
  }
  return (
    <table className="rows told-why">
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name} scope="col">
              {words(name)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map((line, at) => (
          <tr key={at}>
            {columns.map((name) => (
              <td key={name}>{cell(name, line[name] ?? "")}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
