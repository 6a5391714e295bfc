import type { List } from "@nexus360/contract"
import { useState } from "react"
import { useSearchParams } from "react-router"
import { useLists } from "../catalogue/context"
import { groupsOf } from "../catalogue/groups"
import type { FieldSet } from "../catalogue/own"
import { useIsNow } from "../reading/change"
import { useFieldSets } from "../reading/own"
import { useMay, usePerson } from "../reading/session"
import { NoSuchPage } from "../shell/NoSuchPage"
import { Notice, Trouble } from "../shell/Notice"
import { singular, words } from "../words/names"
import { FieldForm } from "./FieldForm"
import { FieldList } from "./FieldList"
import { definition } from "./said"

/** The fields of the tenant's own, for each kind of record. */
export function FieldsPage() {
  const [given, give] = useSearchParams()
  const lists = groupsOf(useLists(), usePerson().permissions)
    .flatMap((group) => group.lists)
    .filter((list) => list.own !== null)
  const chosen = lists.find((list) => list.own === given.get("of")) ?? lists[0]
  if (!useMay()("crm.field-set.read") || chosen === undefined) return <NoSuchPage />
  return (
    <section className="page" aria-labelledby="fields-title">
      <title>Fields of your own · Nexus360</title>
      <div className="page-head">
        <h1 id="fields-title">Fields of your own</h1>
      </div>
      <p className="hint">
        What you define here is there at once: in lists, filters, forms, records, files and the API.
      </p>
      <nav className="tabs" aria-label="Kinds of records">
        {lists.map((list) => (
          <button
            key={list.key}
            type="button"
            aria-current={list === chosen ? "page" : undefined}
            onClick={() => give({ of: list.own ?? "" })}
          >
            {words(list.name)}
          </button>
        ))}
      </nav>
      <FieldsOf key={chosen.key} list={chosen} record={chosen.own ?? ""} />
    </section>
  )
}

function FieldsOf({ list, record }: { readonly list: List; readonly record: string }) {
  const sets = useFieldSets(null)
  if (sets.isPending)
    return (
      <p className="loading" role="status">
        Loading…
      </p>
    )
  if (sets.isError) return <Trouble error={sets.error} again={() => void sets.refetch()} />
  const set = sets.data.find((each) => each.record === record) ?? null
  return (
    <>
      <Define list={list} record={record} set={set} />
      {set === null || set.fields.length === 0 ? (
        <p className="empty">No field is defined for a {singular(list.name)} yet.</p>
      ) : (
        <FieldList list={list} set={set} />
      )}
    </>
  )
}

function Define({
  list,
  record,
  set,
}: {
  readonly list: List
  readonly record: string
  readonly set: FieldSet | null
}) {
  const [open, setOpen] = useState(false)
  const [defined, setDefined] = useState<string | null>(null)
  const isNow = useIsNow()
  if (!useMay()("crm.field-set.define")) return null
  if (!open) {
    return (
      <>
        {defined !== null && <Notice tone="info">{defined} is defined, and can be used now.</Notice>}
        <button type="button" className="button primary" disabled={!isNow} onClick={() => setOpen(true)}>
          Define a field
        </button>
      </>
    )
  }
  return (
    <div className="card narrow">
      <h2>A new field for every {singular(list.name)}</h2>
      <FieldForm
        list={list}
        fields={set?.fields ?? []}
        before={null}
        send={(said) => ["/crm/field-sets", definition(record, said), null]}
        done={(said) => {
          setDefined(said.label)
          setOpen(false)
        }}
        cancel={() => setOpen(false)}
      />
    </div>
  )
}
