import { useLists } from "../catalogue/context"
import { inputOf, type OwnField } from "../catalogue/own"

interface Props {
  readonly own: readonly OwnField[]
  readonly emptied: readonly string[]
  readonly empty: (keys: readonly string[]) => void
}

/** Own fields whose values are taken away: an input that is left empty says nothing about many records. */
export function Emptied({ own, emptied, empty }: Props) {
  const lists = useLists()
  const can = own.filter((field) => inputOf(lists, field) !== null)
  if (can.length === 0) return null
  return (
    <fieldset className="field group">
      <legend>Take away the value of</legend>
      <div className="group-fields">
        {can.map(({ key, label }) => (
          <label key={key} className="check">
            <input
              type="checkbox"
              checked={emptied.includes(key)}
              onChange={(event) =>
                empty(event.target.checked ? [...emptied, key] : emptied.filter((each) => each !== key))
              }
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
