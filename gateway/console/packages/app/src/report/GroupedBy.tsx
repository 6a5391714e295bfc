import type { Dimension } from "@nexus360/contract"
import { Menu } from "../shell/Menu"
import { words } from "../words/names"

interface Props {
  readonly offered: readonly Dimension[]
  readonly by: readonly string[]
  readonly group: (by: readonly string[]) => void
}

/** What the report is grouped by, in the order in which it was chosen; by nothing it is one total. */
export function GroupedBy({ offered, by, group }: Props) {
  const said = by.length === 0 ? "nothing" : by.map((name) => words(name).toLowerCase()).join(", ")
  return (
    <Menu label={`Grouped by ${said}`}>
      {() => (
        <fieldset className="checks">
          <legend className="unseen">Grouped by</legend>
          {offered.map(({ name }) => (
            <label key={name} className="check">
              <input
                type="checkbox"
                checked={by.includes(name)}
                onChange={(event) => group(event.target.checked ? [...by, name] : by.filter((each) => each !== name))}
              />
              {words(name)}
            </label>
          ))}
        </fieldset>
      )}
    </Menu>
  )
}
