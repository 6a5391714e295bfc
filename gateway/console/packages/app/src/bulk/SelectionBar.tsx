import type { List } from "@nexus360/contract"
import { useNavigate } from "react-router"
import type { Asked } from "../asking/address"
import type { Row } from "../reading/rows"
import { usePerson } from "../reading/session"
import { Menu } from "../shell/Menu"
import { words } from "../words/names"
import { bulkCommands } from "./commands"
import { addressTo } from "./meant"
import type { Selection } from "./useSelection"

interface Props {
  readonly list: List
  readonly asked: Asked
  readonly rows: readonly Row[]
  /** Whether there are other records than those that are shown. */
  readonly more: boolean
  readonly selection: Selection
}

/** What has a button of its own. */
const APART = new Set(["remove", "restore"])

/** What can be done to the records that are chosen. */
export function SelectionBar({ list, asked, rows, more, selection }: Props) {
  const navigate = useNavigate()
  const commands = bulkCommands(list, usePerson().permissions, asked.trash)
  const { ids, all } = selection
  if (ids.size === 0 && !all) return null
  const others = commands.filter((command) => !APART.has(command.verb))
  const go = (verb: string) =>
    void navigate(addressTo(list.key, verb, asked, all), { state: all ? null : { ids: [...ids] } })

  return (
    <div className="selection" role="group" aria-label="Selected">
      <p role="status">{all ? "All that the list is asked for are selected" : `${ids.size} selected`}</p>
      {others.length > 0 && (
        <Menu label="Change…">
          {() =>
            others.map(({ verb, doc }) => (
              <button key={verb} type="button" className="menu-item" title={doc} onClick={() => go(verb)}>
                {words(verb)}
              </button>
            ))
          }
        </Menu>
      )}
      {commands
        .filter((command) => APART.has(command.verb))
        .map(({ verb, doc }) => (
          <button key={verb} type="button" className="button" title={doc} onClick={() => go(verb)}>
            {words(verb)}
          </button>
        ))}
      {!all && more && asked.q === "" && rows.every((row) => ids.has(row.id)) && (
        <button type="button" className="button quiet" onClick={selection.chooseAll}>
          {asked.filters.length > 0 || asked.view !== null ? "Select all that match" : "Select all"}
        </button>
      )}
      <button type="button" className="button quiet" onClick={() => selection.choose([])}>
        Select none
      </button>
    </div>
  )
}
