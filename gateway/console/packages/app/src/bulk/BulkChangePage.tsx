import { Link, useParams } from "react-router"
import { useList, useLists } from "../catalogue/context"
import type { List } from "@nexus360/contract"
import { Timeline } from "../record/Timeline"
import { useChange, useIsNow } from "../reading/change"
import { useNames } from "../reading/names"
import { useMay } from "../reading/session"
import { NoSuchPage } from "../shell/NoSuchPage"
import { Notice, sentence } from "../shell/Notice"
import { Unknown } from "../work/Unknown"
import { useWork } from "../work/useWork"
import { words } from "../words/names"
import { momentWords } from "../words/values"
import { BULK, type BulkChange, isRevertible, listOf, manyWords } from "./change"
import { BulkState } from "./BulkState"

const USERS = "admin/users"

export function BulkChangePage() {
  const { id } = useParams()
  const list = useList(BULK)
  const may = useMay()
  if (list === null || id === undefined || !may(list.permission)) return <NoSuchPage />
  return <BulkChangeOf key={id} list={list} id={id} />
}

function BulkChangeOf({ list, id }: { readonly list: List; readonly id: string }) {
  const answer = useWork<BulkChange>(`/${BULK}/${encodeURIComponent(id)}`)
  if (answer.data !== undefined) return <Whole list={list} change={answer.data} />
  return <Unknown error={answer.error} again={() => void answer.refetch()} />
}

function Whole({ list, change }: { readonly list: List; readonly change: BulkChange }) {
  const of = listOf(useLists(), change.target)
  const title = `${words(change.verb)}: ${manyWords(change.selected, of)}`
  const nameOf = useNames([{ list: USERS, id: change.owner_id }], null)
  return (
    <article className="page record" aria-labelledby="bulk-title">
      <title>{`${title} · Nexus360`}</title>
      <p className="crumbs">
        <Link to={`/${BULK}`}>{words(list.name)}</Link>
      </p>
      <div className="page-head">
        <h1 id="bulk-title">{title}</h1>
        <span className="hint">{change.dry_run ? "tried" : words(change.status).toLowerCase()}</span>
      </div>
      <div className="record-parts">
        <div className="record-main">
          <p className="hint">
            Begun {momentWords(change.started_at)} by {nameOf(USERS, change.owner_id) ?? change.owner_id}.
          </p>
          <Said says={change.says} />
          <BulkState change={change} list={of} />
          <Ending change={change} />
        </div>
        <aside className="record-side">
          <Timeline list={list} id={change.id} asOf={null} />
        </aside>
      </div>
    </article>
  )
}

/** What the command said; what may be personal is not kept. */
function Said({ says }: { readonly says: string | null }) {
  const values = says === null ? {} : (JSON.parse(says) as Readonly<Record<string, unknown>>)
  const pairs = Object.entries(values)
  if (pairs.length === 0) return null
  return (
    <dl className="values">
      {pairs.map(([name, value]) => (
        <div key={name} className="pair">
          <dt>{words(name)}</dt>
          <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Ends it, or takes it back. */
function Ending({ change }: { readonly change: BulkChange }) {
  const sending = useChange()
  const may = useMay()
  const isNow = useIsNow()
  const path = `/${BULK}/${encodeURIComponent(change.id)}`
  const stops = change.status === "RUNNING" && may("integration.bulk-change.cancel")
  const reverts = isRevertible(change) && may("integration.bulk-change.revert")
  return (
    <>
      {sending.failure !== null && <Notice tone="error">{sentence(sending.failure)}</Notice>}
      <div className="form-end">
        {stops && (
          <button
            type="button"
            className="button"
            disabled={sending.busy || !isNow}
            onClick={() => void sending.send(`${path}/cancel`, {})}
          >
            Stop it
          </button>
        )}
        {reverts && (
          <button
            type="button"
            className="button"
            disabled={sending.busy || !isNow}
            onClick={() => void sending.send(`${path}/revert`, {})}
          >
            Take it back
          </button>
        )}
      </div>
    </>
  )
}
