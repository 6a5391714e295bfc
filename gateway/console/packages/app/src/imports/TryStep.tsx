import type { List } from "@nexus360/contract"
import { useNavigate } from "react-router"
import { useChange } from "../reading/change"
import { Notice, sentence, Trouble } from "../shell/Notice"
import { isUnderWay, useWork } from "../work/useWork"
import { stepAddress } from "./address"
import { bodyOf, type Chosen, type ImportJob, type Source } from "./chosen"
import { ImportState } from "./ImportState"
import { IMPORTS } from "./targets"

interface Props {
  readonly list: List
  readonly source: Source
  readonly chosen: Chosen
  readonly id: string
}

/** What would come of the import, and the way to have it so. */
export function TryStep({ list, source, chosen, id }: Props) {
  const answer = useWork<ImportJob>(`/${IMPORTS}/${encodeURIComponent(id)}`)
  const change = useChange()
  const navigate = useNavigate()
  const job = answer.data

  async function begin() {
    const accepted = await change.send(`/${IMPORTS}`, bodyOf(source, chosen, false))
    if (accepted !== null) void navigate(`/${IMPORTS}/${encodeURIComponent(accepted.id)}`)
  }

  return (
    <section className="command" aria-label="What would come of it">
      {answer.isError && <Trouble error={answer.error} again={() => void answer.refetch()} />}
      {job !== undefined && <ImportState job={job} list={list} />}
      {change.failure !== null && <Notice tone="error">{sentence(change.failure)}</Notice>}
      <div className="form-end">
        <button
          type="button"
          className="button primary"
          disabled={change.busy || job === undefined || isUnderWay(job) || job.status === "FAILED"}
          onClick={() => void begin()}
        >
          {change.busy ? "Sending…" : "Import it"}
        </button>
        <button
          type="button"
          className="button"
          onClick={() => void navigate(stepAddress(source), { state: { chosen } })}
        >
          Change the columns
        </button>
      </div>
    </section>
  )
}
