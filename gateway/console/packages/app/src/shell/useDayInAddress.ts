import { useEffect } from "react"
import { useSearchParams } from "react-router"
import { useAsOf } from "../state/store"
import { AS_OF } from "../state/time"

/** Keeps the day that is shown in the address of every page, so that a link shows the same to others. */
export function useDayInAddress(): void {
  const [given, give] = useSearchParams()
  const asOf = useAsOf()
  const said = given.get(AS_OF)
  useEffect(() => {
    if (said === asOf) return
    const next = new URLSearchParams(given)
    if (asOf === null) next.delete(AS_OF)
    else next.set(AS_OF, asOf)
    give(next, { replace: true })
  }, [said, asOf, given, give])
}
