import type { FieldType } from "@nexus360/contract"
import { choiceWords, singular } from "../words/names"
import { useShared } from "./context"
import { blank, type Draft, itemsOf } from "./draft"
import { errorAt } from "./errors"
import { Input, type InputProps, isOwn } from "./Input"

/** Any number of values, or of groups of them. */
export function ListInput({
  field,
  path,
  id,
  label,
  describedBy,
  draft,
  change,
  of,
}: InputProps & { readonly of: FieldType }) {
  const { errors, own } = useShared()
  const items = itemsOf(draft)
  if (of.kind === "choice")
    return (
      <Checks
        choices={of.choices}
        say={isOwn(path) ? (choice) => choice : choiceWords}
        chosen={items}
        change={change}
      />
    )
  const one = singular(field.name.replace(/_ids$/, "s"))
  const put = (at: number, item: Draft) => change(items.map((each, index) => (index === at ? item : each)))
  return (
    <div className="items">
      {items.map((item, at) => {
        const error = of.kind === "group" ? null : errorAt(errors, `${path}.${at}`, true)
        return (
          <div key={at} className="item">
            <Input
              field={{ ...field, type: of }}
              path={`${path}.${at}`}
              id={`${id}-${at}`}
              label={`${label} ${at + 1}`}
              describedBy={describedBy}
              invalid={error !== null}
              draft={item}
              change={(changed) => put(at, changed)}
            />
            <button
              type="button"
              className="button quiet small"
              aria-label={`Take away ${one} ${at + 1}`}
              onClick={() => change(items.filter((_, index) => index !== at))}
            >
              ×
            </button>
            {error !== null && (
              <p className="field-error" role="alert">
                {error}
              </p>
            )}
          </div>
        )
      })}
      <button type="button" className="button small" onClick={() => change([...items, blank(of, own)])}>
        Add {one}
      </button>
    </div>
  )
}

interface ChecksProps {
  readonly choices: readonly string[]
  readonly say: (choice: string) => string
  readonly chosen: readonly Draft[]
  readonly change: (chosen: readonly string[]) => void
}

function Checks({ choices, say, chosen, change }: ChecksProps) {
  const names = chosen.filter((each) => typeof each === "string")
  const gone = names.filter((name) => !choices.includes(name))
  return (
    <div className="checks">
      {[...choices, ...gone].map((choice) => (
        <label key={choice} className="check">
          <input
            type="checkbox"
            checked={names.includes(choice)}
            onChange={(event) =>
              change(event.target.checked ? [...names, choice] : names.filter((name) => name !== choice))
            }
          />
          {say(choice)}
        </label>
      ))}
    </div>
  )
}
