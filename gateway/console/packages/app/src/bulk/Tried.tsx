import type { List } from "@nexus360/contract"
import { useNavigate } from "react-router"
import { useChange } from "../reading/change"
import { Notice, sentence, Trouble } from "../shell/Notice"
import { isUnderWay, useWork } from "../work/useWork"
import { BULK, type BulkChange } from "./change"
import { BulkState } from "./BulkState"

interface Props {
  readonly list: List
  readonly id: string
  /** What was tried, which is what is done then. */
  readonly body: Readonly<Record<string, unknown>>
  readonly title: string
  readonly again: () => void
}

/** What would come of a bulk change, and the way to have it so. */
export function Tried({ list, id, body, title, again }: Props) {
  const answer = useWork<BulkChange>(`/${BULK}/${encodeURIComponent(id)}`)
  const change = useChange()
  const navigate = useNavigate()
  const tried = answer.data

  async function begin() {
    const accepted = await change.send(`/${BULK}`, { ...body, dry_run: false })
    if (accepted !== null) void navigate(`/${BULK}/${encodeURIComponent(accepted.id)}`)
  }

  return (
    <section className="command" aria-label="What would come of it">
      {answer.isError && <Trouble error={answer.error} again={() => void answer.refetch()} />}
      {tried !== undefined && <BulkState change={tried} list={list} />}
      {change.failure !== null && <Notice tone="error">{sentence(change.failure)}</Notice>}
      <div className="form-end">
        <button
          type="button"
          className="button primary"
          disabled={change.busy || tried === undefined || isUnderWay(tried) || tried.changed === 0}
          onClick={() => void begin()}
        >
          {change.busy ? "Sending…" : title}
        </button>
        <button type="button" className="button" onClick={again}>
          Say something else
        </button>
      </div>
    </section>
  )
}
