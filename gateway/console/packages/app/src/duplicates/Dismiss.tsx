import type { List } from "@nexus360/contract"
import { type Change, useIsNow } from "../reading/change"
import { pathOf } from "../reading/rows"
import { useCommand } from "./commands"

interface Props {
  readonly list: List
  readonly id: string
  readonly other: string
  readonly sending: Change
}

/** Says that two are two, which is remembered of both. */
export function Dismiss({ list, id, other, sending }: Props) {
  const allowed = useCommand(list, "dismiss-duplicate") !== null
  const isNow = useIsNow()
  if (!allowed || !isNow) return null
  return (
    <button
      type="button"
      className="button"
      disabled={sending.busy}
      onClick={() => void sending.send(`${pathOf(list, id)}/dismiss-duplicate`, { other_id: other })}
    >
      They are two
    </button>
  )
}
