import type { Duplicates, List } from "@nexus360/contract"
import { Link, useNavigate, useParams, useSearchParams } from "react-router"
import { columnsOf } from "../catalogue/columns"
import { useList, useLists } from "../catalogue/context"
import { Picker } from "../form/Picker"
import { useIsNow } from "../reading/change"
import { useOwnFields } from "../reading/own"
import { useRecord } from "../reading/rows"
import { NoSuchPage } from "../shell/NoSuchPage"
import { Notice } from "../shell/Notice"
import { singular, words } from "../words/names"
import { Unknown } from "../work/Unknown"
import { mergeAddress, WITH } from "./addresses"
import { calledIn } from "./called"
import { useCommand } from "./commands"
import { SideBySide } from "./SideBySide"

const NOW = {}

export function MergePage() {
  const { domain, name, id } = useParams()
  const [given] = useSearchParams()
  const list = useList(`${domain ?? ""}/${name ?? ""}`)
  if (list === null || id === undefined) return <NoSuchPage />
  return <Of key={`${list.key}/${id}/${given.get(WITH) ?? ""}`} list={list} id={id} other={given.get(WITH)} />
}

function Of({ list, id, other }: { readonly list: List; readonly id: string; readonly other: string | null }) {
  const allowed = useCommand(list, "merge") !== null
  const isNow = useIsNow()
  const own = useRecord(list, id, NOW)
  if (list.duplicates === null || !allowed) return <NoSuchPage />
  if (!isNow) return <Notice tone="warning">Nothing can be changed while another day is shown.</Notice>
  if (own.data === undefined) return <Unknown error={own.error} again={() => void own.refetch()} />
  const title = `Merge ${calledIn(list, own.data.value)} with another ${singular(list.name)}`
  return (
    <section className="page" aria-labelledby="merge-title">
      <title>{`${title} · Nexus360`}</title>
      <p className="crumbs">
        <Link to={`/${list.key}`}>{words(list.name)}</Link> ›{" "}
        <Link to={`/${list.key}/${encodeURIComponent(id)}`}>{calledIn(list, own.data.value)}</Link>
      </p>
      <div className="page-head">
        <h1 id="merge-title">{title}</h1>
      </div>
      <div className="card merge">
        <Which list={list} id={id} other={other} />
        {other !== null && other !== id && <With list={list} duplicates={list.duplicates} id={id} other={other} />}
      </div>
    </section>
  )
}

/** The other record, which is chosen by its name. */
function Which({ list, id, other }: { readonly list: List; readonly id: string; readonly other: string | null }) {
  const navigate = useNavigate()
  return (
    <>
      <div className="field narrow">
        <label htmlFor="merge-other">The one that goes</label>
        <Picker
          id="merge-other"
          list={list.key}
          label="The one that goes"
          value={other ?? ""}
          change={(chosen) => void navigate(mergeAddress(list, id, chosen === "" ? null : chosen), { replace: true })}
        />
      </div>
      {other === id && <Notice tone="error">That is the same record; choose another.</Notice>}
    </>
  )
}

interface WithProps {
  readonly list: List
  readonly duplicates: Duplicates
  readonly id: string
  readonly other: string
}

function With({ list, duplicates, id, other }: WithProps) {
  const lists = useLists()
  const fields = useOwnFields(list.own, null)
  const own = useRecord(list, id, NOW)
  const goes = useRecord(list, other, NOW)
  if (own.data === undefined || goes.data === undefined || !fields.ready) {
    const wrong = own.error === null ? goes : own
    return <Unknown error={wrong.error} again={() => void wrong.refetch()} />
  }
  // Where the other was, there is the one that took its place.
  if (goes.data.value.id === id) return <Notice tone="info">They are one already.</Notice>
  return (
    <SideBySide
      list={list}
      duplicates={duplicates}
      columns={columnsOf(lists, list, fields.fields)}
      own={own.data.value}
      etag={own.data.etag}
      other={goes.data.value}
      readAgain={() => void Promise.all([own.refetch(), goes.refetch()])}
    />
  )
}
