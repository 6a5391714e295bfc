import type { List } from "@nexus360/contract"
import { Link, useParams } from "react-router"
import { useList, useLists } from "../catalogue/context"
import { Timeline } from "../record/Timeline"
import { useChange, useIsNow } from "../reading/change"
import { useMay } from "../reading/session"
import { NoSuchPage } from "../shell/NoSuchPage"
import { Notice, sentence } from "../shell/Notice"
import { Unknown } from "../work/Unknown"
import { useWork } from "../work/useWork"
import { words } from "../words/names"
import { momentWords } from "../words/values"
import type { ImportJob } from "./chosen"
import { ImportState } from "./ImportState"
import { IMPORTS } from "./targets"

export function ImportPage() {
  const { id } = useParams()
  const list = useList(IMPORTS)
  const may = useMay()
  if (list === null || id === undefined || !may(list.permission)) return <NoSuchPage />
  return <ImportOf key={id} list={list} id={id} />
}

function ImportOf({ list, id }: { readonly list: List; readonly id: string }) {
  const answer = useWork<ImportJob>(`/${IMPORTS}/${encodeURIComponent(id)}`)
  if (answer.data !== undefined) return <Whole list={list} job={answer.data} />
  return <Unknown error={answer.error} again={() => void answer.refetch()} />
}

function Whole({ list, job }: { readonly list: List; readonly job: ImportJob }) {
  const of = useLists().find((each) => each.record === job.target)
  return (
    <article className="page record" aria-labelledby="import-title">
      <title>{`${job.file_name} · Nexus360`}</title>
      <p className="crumbs">
        <Link to={`/${IMPORTS}`}>{words(list.name)}</Link>
      </p>
      <div className="page-head">
        <h1 id="import-title">{job.file_name}</h1>
        <span className="hint">{job.dry_run ? "tried" : words(job.status).toLowerCase()}</span>
      </div>
      <div className="record-parts">
        <div className="record-main">
          <p className="hint">
            Begun {momentWords(job.started_at)}, into{" "}
            {of === undefined ? job.target : <Link to={`/${of.key}`}>{words(of.name).toLowerCase()}</Link>}.
          </p>
          <ImportState job={job} list={of} />
          <TakeBack job={job} />
        </div>
        <aside className="record-side">
          <Timeline list={list} id={job.id} asOf={null} />
        </aside>
      </div>
    </article>
  )
}

const ENDED = new Set(["COMPLETED", "FAILED", "REVERT_FAILED"])

function TakeBack({ job }: { readonly job: ImportJob }) {
  const change = useChange()
  const may = useMay()
  const isNow = useIsNow()
  if (job.dry_run || !ENDED.has(job.status) || !may("integration.import.revert")) return null
  return (
    <>
      {change.failure !== null && <Notice tone="error">{sentence(change.failure)}</Notice>}
      <div className="form-end">
        <button
          type="button"
          className="button"
          title="Removes what the import made and nobody changed since."
          disabled={change.busy || !isNow}
          onClick={() => void change.send(`/${IMPORTS}/${encodeURIComponent(job.id)}/revert`, {})}
        >
          Take it back
        </button>
      </div>
    </>
  )
}
