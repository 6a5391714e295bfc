import { useRef, useState } from "react"

interface Props {
  readonly q: string
  readonly disabled: boolean
  readonly search: (q: string) => void
}

const PAUSE = 300

/** Searches the list once somebody pauses. */
export function QuickSearch({ q, disabled, search }: Props) {
  const [typed, setTyped] = useState(q)
  const [asked, setAsked] = useState(q)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  if (q !== asked) {
    setAsked(q)
    setTyped(q)
  }

  function type(text: string) {
    setTyped(text)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => search(text.trim() === "" ? "" : text), PAUSE)
  }

  return (
    <input
      type="search"
      className="quick"
      aria-label="Search this list"
      placeholder={disabled ? "Not searched" : "Search this list"}
      disabled={disabled}
      value={disabled ? "" : typed}
      onChange={(event) => type(event.target.value)}
    />
  )
}
