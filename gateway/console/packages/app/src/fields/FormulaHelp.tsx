import type { Column, List } from "@nexus360/contract"
import type { OwnField } from "../catalogue/own"

/** What a formula may hold, with the names that this kind of record has. */
export function FormulaHelp({ list, fields }: { readonly list: List; readonly fields: readonly OwnField[] }) {
  const names = examplesOf(list)
  const own = fields
    .filter((field) => !field.retired && field.kind !== "CHOICES" && field.kind !== "REFERENCE")
    .map((field) => `custom.${field.key}`)
  return (
    <details className="under formula-help">
      <summary>What a formula may hold</summary>
      <ul>
        <li>
          <code>+ - * /</code> and comparisons <code>{"= != < <= > >="}</code>
        </li>
        <li>
          <code>if(condition, then, else)</code>, <code>coalesce(a, b)</code>, <code>min(a, b)</code>,{" "}
          <code>max(a, b)</code>, <code>round(number, places)</code>
        </li>
        <li>
          <code>days(from, to)</code> between two dates
        </li>
        <li>
          <code>concat(text, text)</code>, <code>contains(text, "part")</code>; texts stand in double quotes
        </li>
        <li>
          Of the record its numbers, amounts, dates and texts, such as{" "}
          {names.map((name, at) => (
            <span key={name}>
              {at > 0 && ", "}
              <code>{name}</code>
            </span>
          ))}
          ; a name that cannot be used is refused with all that can
        </li>
        {own.length > 0 && (
          <li>
            Of your own:{" "}
            {own.map((name, at) => (
              <span key={name}>
                {at > 0 && ", "}
                <code>{name}</code>
              </span>
            ))}
          </li>
        )}
      </ul>
      <p className="hint">
        Such as <code>{'if(amount >= 100000, "Large", "Small")'}</code>. What is computed of something missing is
        missing.
      </p>
    </details>
  )
}

/** Names that a formula of this kind of record can have; all of them are known to the platform alone. */
function examplesOf(list: List): readonly string[] {
  const first = (fits: (column: Column) => boolean, most: number) =>
    list.columns.filter((column) => fits(column) && !LATER.has(column.name)).slice(0, most)
  const found = [
    ...first((column) => column.name === list.title, 1),
    ...first((column) => column.kind === "enum", 1),
    ...first((column) => column.money, 1),
    ...first((column) => column.sort && (column.kind === "time" || column.kind === "date"), 2),
  ]
  return found.map((column) => column.name)
}

const LATER = new Set(["created_at", "updated_at", "recorded_at"])
