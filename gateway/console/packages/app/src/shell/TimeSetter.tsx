import { useState } from "react"
import { useAppDispatch, useAsOf } from "../state/store"
import { cameBack, wentTo } from "../state/time"

/** A year that is being typed goes through 0002 and 0020. */
const FIRST = "1900"

/** The day as of which everything is shown. */
export function TimeSetter() {
  const asOf = useAsOf()
  const dispatch = useAppDispatch()
  const [typed, setTyped] = useState(asOf ?? "")
  const [shown, setShown] = useState(asOf)
  if (asOf !== shown) {
    setShown(asOf)
    setTyped(asOf ?? "")
  }

  function type(day: string) {
    setTyped(day)
    if (day === "") dispatch(cameBack())
    else if (day >= FIRST) dispatch(wentTo(day))
  }

  return (
    <label className="time-setter">
      <span>As of</span>
      <input
        type="date"
        value={typed}
        max={new Date().toISOString().slice(0, 10)}
        onChange={(event) => type(event.target.value)}
      />
    </label>
  )
}
