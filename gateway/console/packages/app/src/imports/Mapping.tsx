import { words } from "../words/names"
import { type Chosen, fieldOf, filledBy } from "./chosen"
import type { FileColumn, Preview } from "./preview"
import type { Fillable } from "./targets"

interface Props {
  readonly preview: Preview
  readonly fields: readonly Fillable[]
  readonly chosen: Chosen
  readonly choose: (chosen: Chosen) => void
}

/** What each column of the file becomes. */
export function Mapping({ preview, fields, chosen, choose }: Props) {
  const names = preview.columns.map(({ name }) => name)
  return (
    <div className="rows-frame card">
      <table className="rows mapping">
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Such as</th>
            <th scope="col">Becomes</th>
          </tr>
        </thead>
        <tbody>
          {preview.columns.map((column, at) => (
            <tr key={at}>
              <th scope="row">{column.name}</th>
              <td>
                {column.samples.slice(0, 3).join(", ")}{" "}
                <span className="hint">{words(column.looks).toLowerCase()}</span>
              </td>
              <td>
                <Becomes
                  column={column}
                  clear={names.filter((name) => name === column.name).length === 1 && column.name !== ""}
                  fields={fields}
                  chosen={chosen}
                  choose={choose}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface BecomesProps extends Omit<Props, "preview"> {
  readonly column: FileColumn
  /** Whether its name tells it from all others. */
  readonly clear: boolean
}

function Becomes({ column, clear, fields, chosen, choose }: BecomesProps) {
  if (!clear) return <span className="hint">Give it a name of its own in the file</span>
  return (
    <select
      aria-label={`${column.name} becomes`}
      value={fieldOf(chosen, column.name)}
      onChange={(event) => choose(filledBy(chosen, event.target.value, column.name))}
    >
      <option value="">Left out</option>
      {fields.map(({ name, label, required }) => (
        <option key={name} value={name}>
          {required ? `${label} *` : label}
        </option>
      ))}
    </select>
  )
}
