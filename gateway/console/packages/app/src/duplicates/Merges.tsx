import type { List } from "@nexus360/contract"
import { shortId } from "../list/Value"
import { type Change, useChange, useIsNow } from "../reading/change"
import { useNames } from "../reading/names"
import { pathOf } from "../reading/rows"
import { Notice, sentence } from "../shell/Notice"
import { momentWords } from "../words/values"
import { useCommand } from "./commands"
import { type Merge, useMerges } from "./reading"

interface Props {
  readonly list: List
  readonly id: string
  readonly asOf: string | null
}

/** The records that were merged into this one, how far each merge is, and the way back. */
export function Merges({ list, id, asOf }: Props) {
  const merges = useMerges(list, id, asOf).data ?? []
  const sending = useChange()
  if (merges.length === 0) return null
  return (
    <section className="card" aria-label="Merged into this one">
      <h2>Merged into this one</h2>
      {sending.failure !== null && <Notice tone="error">{sentence(sending.failure)}</Notice>}
      <ul className="alike">
        {merges.map((merge) => (
          <Merged key={`${merge.other_id} ${merge.created_at}`} list={list} id={id} merge={merge} sending={sending} />
        ))}
      </ul>
    </section>
  )
}

interface MergedProps {
  readonly list: List
  readonly id: string
  readonly merge: Merge
  readonly sending: Change
}

function Merged({ list, id, merge, sending }: MergedProps) {
  const allowed = useCommand(list, "unmerge") !== null
  const isNow = useIsNow()
  // Where it was until then it is called something; since, this one is there in its place.
  const nameOf = useNames([{ list: list.key, id: merge.other_id }], justBefore(merge.created_at))
  return (
    <li>
      <span>
        {nameOf(list.key, merge.other_id) ?? shortId(merge.other_id)}{" "}
        <span className="hint" role="status">
          {momentWords(merge.created_at)}: {stateWords(merge)}
        </span>
      </span>
      {merge.status === "DONE" && allowed && isNow && (
        <button
          type="button"
          className="button"
          disabled={sending.busy}
          onClick={() => void sending.send(`${pathOf(list, id)}/unmerge`, { other_id: merge.other_id })}
        >
          Tell apart
        </button>
      )}
    </li>
  )
}

function stateWords({ status, moved }: Merge): string {
  switch (status) {
    case "STARTED":
      return "begun"
    case "ABSORBED":
      return "its values are here, what named it is on its way"
    case "DONE":
      return moved === 1 ? "done, with 1 record that named it" : `done, with ${moved} records that named it`
    case "ABANDONED":
      return "given up, for it was gone or merged elsewhere meanwhile"
    case "UNMERGED":
      return "told apart again"
    default:
      return status satisfies never
  }
}

function justBefore(moment: string): string {
  return new Date(Date.parse(moment) - 1).toISOString()
}
