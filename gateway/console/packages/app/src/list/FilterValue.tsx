import { DAYS } from "../asking/operators"
import type { Shown } from "../catalogue/columns"
import { Picker } from "../form/Picker"
import { choiceWords, words } from "../words/names"

interface Props {
  readonly column: Shown
  /** Whether several values may be given, with commas between. */
  readonly many: boolean
  readonly value: string
  readonly change: (value: string) => void
}

/** The value of a filter, with the input that fits its column. */
export function FilterValue({ column, many, value, change }: Props) {
  if (column.leads !== null && column.through === null && !many) {
    return <Picker list={column.leads} label="Value" value={value} change={change} />
  }
  if (column.choices.length > 0) {
    return many ? (
      <ManyChoices column={column} value={value} change={change} />
    ) : (
      <OneOf
        options={column.choices.map((choice) => [choice, column.own === null ? choiceWords(choice) : choice])}
        value={value}
        change={change}
      />
    )
  }
  switch (column.form) {
    case "yes-no":
      return (
        <OneOf
          options={[
            ["true", "Yes"],
            ["false", "No"],
          ]}
          value={value}
          change={change}
        />
      )
    case "date":
    case "time":
      return many ? (
        <Text value={value} change={change} hint="2026-03-31, 2026-04-30" />
      ) : (
        <Day value={value} change={change} />
      )
    case "money":
      return column.own === null ? (
        <Text value={value} change={change} hint="1000" />
      ) : (
        <Text value={value} change={change} hint="1000 USD" />
      )
    case "integer":
    case "decimal":
      return <Text value={value} change={change} hint="100" />
    case "text":
    case "texts":
    case "records":
    case "object":
    case "choice":
    case "computed":
      return <Text value={value} change={change} hint={many ? "one, another" : ""} />
    default:
      return column.form satisfies never
  }
}

function Text({
  value,
  change,
  hint,
}: {
  readonly value: string
  readonly change: (value: string) => void
  readonly hint: string
}) {
  return (
    <input
      aria-label="Value"
      value={value}
      placeholder={hint}
      onChange={(event) => change(event.target.value.replace(/,\s+/g, ","))}
    />
  )
}

interface OneOfProps {
  readonly options: readonly (readonly [string, string])[]
  readonly value: string
  readonly change: (value: string) => void
}

function OneOf({ options, value, change }: OneOfProps) {
  return (
    <select aria-label="Value" value={value} onChange={(event) => change(event.target.value)}>
      <option value="" disabled>
        Choose…
      </option>
      {options.map(([option, label]) => (
        <option key={option} value={option}>
          {label}
        </option>
      ))}
    </select>
  )
}

function ManyChoices({
  column,
  value,
  change,
}: {
  readonly column: Shown
  readonly value: string
  readonly change: (value: string) => void
}) {
  const chosen = value === "" ? [] : value.split(",")
  return (
    <fieldset className="checks">
      <legend className="unseen">Value</legend>
      {column.choices.map((choice) => (
        <label key={choice} className="check">
          <input
            type="checkbox"
            checked={chosen.includes(choice)}
            onChange={(event) =>
              change(
                event.target.checked
                  ? [...chosen, choice].join(",")
                  : chosen.filter((each) => each !== choice).join(","),
              )
            }
          />
          {column.own === null ? choiceWords(choice) : choice}
        </label>
      ))}
    </fieldset>
  )
}

/** A day, or days in words, which mean others tomorrow. */
function Day({ value, change }: { readonly value: string; readonly change: (value: string) => void }) {
  const named = (DAYS as readonly string[]).includes(value)
  return (
    <span className="together">
      <select aria-label="Which day" value={named ? value : ""} onChange={(event) => change(event.target.value)}>
        <option value="">the day</option>
        {DAYS.map((day) => (
          <option key={day} value={day}>
            {words(day).toLowerCase()}
          </option>
        ))}
      </select>
      {!named && (
        <input type="date" aria-label="Value" value={value} onChange={(event) => change(event.target.value)} />
      )}
    </span>
  )
}
