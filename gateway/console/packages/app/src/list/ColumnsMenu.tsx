import type { List } from "@nexus360/contract"
import { type Shown, showable } from "../catalogue/columns"
import { Menu } from "../shell/Menu"
import { chose, reset } from "../state/columns"
import { useAppDispatch } from "../state/store"
import type { Columns } from "./useColumns"

/** Chooses columns and their order; this browser remembers them for the list. */
export function ColumnsMenu({ list, columns }: { readonly list: List; readonly columns: Columns }) {
  const dispatch = useAppDispatch()
  const names = columns.shown.map((column) => column.name)
  const others = showable(columns.all).filter((column) => !names.includes(column.name))
  const choose = (chosen: readonly string[]) => dispatch(chose({ list: list.key, columns: chosen }))

  return (
    <Menu label="Columns" side="right">
      {() => (
        <div className="columns-menu">
          <ul aria-label="Shown">
            {columns.shown.map((column, at) => (
              <li key={column.name}>
                <Box column={column} checked change={() => choose(names.filter((name) => name !== column.name))} />
                <button
                  type="button"
                  className="button quiet small"
                  disabled={at === 0}
                  aria-label={`Move ${column.label} before the one above`}
                  onClick={() => choose(moved(names, at))}
                >
                  ↑
                </button>
              </li>
            ))}
          </ul>
          <ul aria-label="Not shown">
            {others.map((column) => (
              <li key={column.name}>
                <Box column={column} checked={false} change={() => choose([...names, column.name])} />
              </li>
            ))}
          </ul>
          <button type="button" className="button quiet" onClick={() => dispatch(reset(list.key))}>
            As at first
          </button>
        </div>
      )}
    </Menu>
  )
}

function Box({
  column,
  checked,
  change,
}: {
  readonly column: Shown
  readonly checked: boolean
  readonly change: () => void
}) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} onChange={change} /> {column.label}
      {column.own !== null && <span className="hint"> own</span>}
    </label>
  )
}

function moved(names: readonly string[], at: number): readonly string[] {
  const [name, before] = [names[at], names[at - 1]]
  if (name === undefined || before === undefined) return names
  return [...names.slice(0, at - 1), name, before, ...names.slice(at + 1)]
}
