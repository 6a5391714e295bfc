import type { Command } from "@nexus360/contract"
import { Menu } from "../shell/Menu"
import { words } from "../words/names"

interface Props {
  readonly commands: readonly Command[]
  readonly disabled: boolean
  readonly choose: (verb: string) => void
}

/** What can be done to the record. */
export function CommandMenu({ commands, disabled, choose }: Props) {
  if (commands.length === 0) return null
  return (
    <Menu label="Actions ▾" name="Actions" side="right" className="button primary" disabled={disabled}>
      {(close) =>
        commands.map((command) => (
          <button
            key={command.verb}
            type="button"
            className="menu-item"
            title={command.doc}
            onClick={() => {
              choose(command.verb)
              close()
            }}
          >
            {words(command.verb)}
          </button>
        ))
      }
    </Menu>
  )
}
