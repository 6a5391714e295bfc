import { type KeyboardEvent, useId, useState } from "react"
import { useList } from "../catalogue/context"
import { useNames } from "../reading/names"
import { useOptions } from "./options"

interface Props {
  /** The key of the list to choose from. */
  readonly list: string
  readonly label: string
  readonly id?: string
  readonly describedBy?: string | undefined
  readonly invalid?: boolean
  /** The id of the record that is chosen; empty for none. */
  readonly value: string
  readonly change: (id: string) => void
}

/** Chooses a record of a list by typing its name. */
export function Picker({ list: key, label, id, describedBy, invalid = false, value, change }: Props) {
  const list = useList(key)
  const [typed, setTyped] = useState<string | null>(null)
  const [at, setAt] = useState(0)
  const listbox = useId()
  const open = typed !== null
  const { options, fresh } = useOptions(list, typed ?? "", open)
  const nameOf = useNames([{ list: key, id: value }], null)

  function choose(chosen: string) {
    change(chosen)
    setTyped(null)
  }

  function press(event: KeyboardEvent) {
    const option = options[at]
    if (event.key === "ArrowDown") {
      setTyped(typed ?? "")
      setAt(open ? Math.min(at + 1, options.length - 1) : 0)
    } else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0))
    else if (event.key === "Enter" && open) {
      if (option !== undefined && fresh) choose(option.id)
    } else if (event.key === "Escape" && open) {
      event.stopPropagation()
      setTyped(null)
    } else return
    event.preventDefault()
  }

  return (
    <div className="picker">
      <input
        id={id}
        role="combobox"
        aria-label={id === undefined ? label : undefined}
        aria-expanded={open}
        aria-controls={listbox}
        aria-autocomplete="list"
        aria-activedescendant={open && options.length > 0 ? `${listbox}-${at}` : undefined}
        aria-describedby={describedBy}
        aria-invalid={invalid || undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder="Type to find…"
        value={typed ?? (value === "" ? "" : (nameOf(key, value) ?? value))}
        onChange={(event) => {
          setTyped(event.target.value)
          setAt(0)
        }}
        onClick={() => {
          if (!open) {
            setTyped("")
            setAt(0)
          }
        }}
        onBlur={() => setTyped(null)}
        onKeyDown={press}
      />
      {value !== "" && !open && (
        <button type="button" className="picker-clear" aria-label={`Clear ${label}`} onClick={() => change("")}>
          ×
        </button>
      )}
      {open && (
        <ul id={listbox} role="listbox" aria-label={label} className="picker-body">
          {options.map((option, index) => (
            <li
              key={option.id}
              id={`${listbox}-${index}`}
              role="option"
              aria-selected={index === at}
              onPointerDown={(event) => {
                event.preventDefault()
                choose(option.id)
              }}
              onPointerMove={() => setAt(index)}
            >
              {option.name}
              {option.more !== "" && <span className="hint"> {option.more}</span>}
            </li>
          ))}
          {options.length === 0 && fresh && (
            <li className="hint" role="presentation">
              Nothing found
            </li>
          )}
        </ul>
      )}
    </div>
  )
}
