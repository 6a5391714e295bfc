import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react"
import { useNavigate } from "react-router"
import { singular, words } from "../words/names"
import { type Found, useFinds } from "./search"

/** One box over everything that one may read; `/` leads to it. Elsewhere it is to be another one, with nothing in it. */
export function SearchBox() {
  const [typed, setTyped] = useState("")
  const [at, setAt] = useState(0)
  const [open, setOpen] = useState(false)
  const [wanted, setWanted] = useState(false)
  const box = useRef<HTMLInputElement>(null)
  const id = useId()
  const navigate = useNavigate()
  const finds = useFinds(typed)
  const items = typed.trim() === "" ? [] : (finds.data?.items ?? [])
  const shown = open && typed.trim() !== ""
  useSlash(box)

  function type(text: string) {
    setTyped(text)
    setAt(0)
    setOpen(true)
    setWanted(false)
  }

  function leave() {
    setOpen(false)
    setTyped("")
    box.current?.blur()
  }

  // Whoever types fast presses Enter before the answer is there: what is gone to is what was typed, not what was shown.
  const goal = wanted && finds.fresh ? items[at]?.path : undefined
  useEffect(() => {
    if (goal !== undefined) void navigate(goal)
  }, [goal, navigate])

  function press(event: KeyboardEvent) {
    if (event.key === "ArrowDown") setAt(Math.min(at + 1, items.length - 1))
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0))
    else if (event.key === "Enter") setWanted(true)
    else if (event.key === "Escape") leave()
    else return
    event.preventDefault()
  }

  return (
    <div
      className="search"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false)
      }}
    >
      <input
        ref={box}
        type="search"
        role="combobox"
        aria-label="Search everything"
        aria-expanded={shown}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={shown && items.length > 0 ? `${id}-${at}` : undefined}
        placeholder="Search everything   /"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => type(event.target.value)}
        onFocus={() => setOpen(true)}
        onKeyDown={press}
      />
      {shown && (
        <div className="search-body">
          <ul id={id} role="listbox" aria-label="Found">
            {items.map((found, index) => (
              <li
                key={found.path}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === at}
                onPointerDown={(event) => {
                  event.preventDefault()
                  void navigate(found.path)
                }}
                onPointerMove={() => setAt(index)}
              >
                <Find found={found} />
              </li>
            ))}
          </ul>
          {finds.isError && <p className="hint">{finds.error.message}</p>}
          {finds.isSuccess && items.length === 0 && !finds.isPlaceholderData && (
            <p className="hint">Nothing is called so.</p>
          )}
          {finds.data?.suggest.map((word) => (
            <button key={word} type="button" className="button quiet" onClick={() => type(word)}>
              Did you mean {word}?
            </button>
          ))}
        </div>
      )}
    </div>
  )
}

function Find({ found }: { readonly found: Found }) {
  const titled = found.highlights.find((each) => each.parts.map((part) => part.text).join("") === found.title)
  const other = found.highlights.find((each) => each !== titled)
  return (
    <>
      <span className="find-title">
        {titled === undefined ? (found.title ?? found.id.slice(0, 8)) : <Parts parts={titled.parts} />}
      </span>
      {titled === undefined && other !== undefined && (
        <span className="find-why">
          {words(other.field)}: <Parts parts={other.parts} />
        </span>
      )}
      <span className="find-type">{singular(found.type)}</span>
    </>
  )
}

function Parts({ parts }: { readonly parts: Found["highlights"][number]["parts"] }) {
  return parts.map((part, index) =>
    part.hit ? <mark key={index}>{part.text}</mark> : <span key={index}>{part.text}</span>,
  )
}

function useSlash(box: { readonly current: HTMLInputElement | null }) {
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement &&
        event.target.closest("input, textarea, select, [contenteditable]") !== null
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      box.current?.focus()
    }
    document.addEventListener("keydown", listen)
    return () => document.removeEventListener("keydown", listen)
  }, [box])
}
