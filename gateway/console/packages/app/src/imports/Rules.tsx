import type { Imported, List } from "@nexus360/contract"
import { Labelled } from "../fields/Labelled"
import { singular } from "../words/names"
import { type Chosen, matchable } from "./chosen"
import { type Fillable, labelOf } from "./targets"
import { Options } from "./Written"

interface Props {
  readonly list: List
  readonly imported: Imported
  readonly fields: readonly Fillable[]
  readonly chosen: Chosen
  readonly choose: (chosen: Chosen) => void
}

const KNOWN = [
  ["UPDATE", "Change what they say"],
  ["FILL", "Fill in what is blank"],
  ["SKIP", "Pass them over"],
] as const
const UNKNOWN = [
  ["CREATE", "Make new ones"],
  ["SKIP", "Pass them over"],
] as const

/** Which record a row is about, and what is done to it. */
export function Rules({ list, imported, fields, chosen, choose }: Props) {
  const by = matchable(imported, chosen)
  const one = singular(list.name)
  const match = chosen.match.filter((name) => by.includes(name))
  return (
    <fieldset className="card field group">
      <legend>Which {one} a row is about</legend>
      <div className="group-fields">
        <fieldset className="checks">
          <legend>Matched on</legend>
          {by.map((name) => (
            <label key={name} className="check">
              <input
                type="checkbox"
                checked={match.includes(name)}
                onChange={(event) =>
                  choose({
                    ...chosen,
                    match: event.target.checked ? [...match, name] : match.filter((each) => each !== name),
                  })
                }
              />
              {labelOf(fields, name)}
            </label>
          ))}
          <p className="hint">
            All of them must be the same. Without any, a row is about the {one} of its own key, or of its name.
          </p>
        </fieldset>
        <Labelled name="known" label="Rows about one on file" hint="" errors={[]}>
          {(input) => (
            <select
              {...input}
              value={chosen.known}
              onChange={(event) => choose({ ...chosen, known: event.target.value as Chosen["known"] })}
            >
              <Options options={KNOWN} />
            </select>
          )}
        </Labelled>
        <Labelled name="unknown" label="Rows about none on file" hint="" errors={[]}>
          {(input) => (
            <select
              {...input}
              value={chosen.unknown}
              onChange={(event) => choose({ ...chosen, unknown: event.target.value as Chosen["unknown"] })}
            >
              <Options options={UNKNOWN} />
            </select>
          )}
        </Labelled>
        <Labelled name="valid_from" label="Holds from" hint="Of rows without a date; today, when empty." errors={[]}>
          {(input) => (
            <input
              {...input}
              type="date"
              value={chosen.from}
              onChange={(event) => choose({ ...chosen, from: event.target.value })}
            />
          )}
        </Labelled>
      </div>
    </fieldset>
  )
}
