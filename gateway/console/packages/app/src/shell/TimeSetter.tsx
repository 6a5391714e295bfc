import { useAppDispatch, useAsOf } from "../state/store"
import { cameBack, wentTo } from "../state/time"
import { DayInput } from "./DayInput"

/** The day as of which everything is shown. */
export function TimeSetter() {
  const dispatch = useAppDispatch()
  return (
    <DayInput
      label="As of"
      day={useAsOf()}
      choose={(day) => dispatch(day === null ? cameBack() : wentTo(day))}
    />
  )
}
