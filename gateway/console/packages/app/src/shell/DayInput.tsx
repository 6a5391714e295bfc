import { useState } from "react"

/** A year that is being typed goes through 0002 and 0020. */
const FIRST = "1900"

interface Props {
  readonly label: string
  /** The day that is chosen; null for none. */
  readonly day: string | null
  readonly choose: (day: string | null) => void
}

/** A day that has been. */
export function DayInput({ label, day, choose }: Props) {
  const [typed, setTyped] = useState(day ?? "")
  const [shown, setShown] = useState(day)
  if (day !== shown) {
    setShown(day)
    setTyped(day ?? "")
  }

  function type(text: string) {
    setTyped(text)
    if (text === "") choose(null)
    else if (text >= FIRST) choose(text)
  }

  return (
    <label className="time-setter">
      <span>{label}</span>
      <input
        type="date"
        value={typed}
        max={new Date().toISOString().slice(0, 10)}
        onChange={(event) => type(event.target.value)}
      />
    </label>
  )
}
