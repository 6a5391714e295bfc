import type { List } from "@nexus360/contract"
import { useState } from "react"
import type { FieldSet, OwnField } from "../catalogue/own"
import { useChange, useIsNow } from "../reading/change"
import { useMay } from "../reading/session"
import { Notice, sentence } from "../shell/Notice"
import { words } from "../words/names"
import { FieldForm } from "./FieldForm"
import { kindWords } from "./kinds"
import { changed } from "./said"

/** The fields that are defined, those that were retired last. */
export function FieldList({ list, set }: { readonly list: List; readonly set: FieldSet }) {
  const [changing, setChanging] = useState<string | null>(null)
  const sorted = [...set.fields].sort((a, b) => Number(a.retired) - Number(b.retired))
  return (
    <ul className="own-list" aria-label="Fields">
      {sorted.map((field) => (
        <li key={field.key} className={field.retired ? "card retired" : "card"}>
          {changing === field.key ? (
            <FieldForm
              list={list}
              fields={set.fields.filter((each) => each.key !== field.key)}
              before={field}
              send={(said) => [
                `/crm/field-sets/${encodeURIComponent(set.id)}/change-field`,
                changed(said),
                `"${set.version}"`,
              ]}
              done={() => setChanging(null)}
              cancel={() => setChanging(null)}
            />
          ) : (
            <Defined set={set} field={field} change={() => setChanging(field.key)} />
          )}
        </li>
      ))}
    </ul>
  )
}

function Defined({
  set,
  field,
  change,
}: {
  readonly set: FieldSet
  readonly field: OwnField
  readonly change: () => void
}) {
  const may = useMay()
  const isNow = useIsNow()
  const ending = useChange()
  const verb = field.retired ? "restore-field" : "retire-field"
  const end = () =>
    void ending.send(`/crm/field-sets/${encodeURIComponent(set.id)}/${verb}`, { key: field.key }, `"${set.version}"`)
  return (
    <>
      <div className="own-line">
        <div>
          <strong>{field.label}</strong> <code>{field.key}</code>{" "}
          {field.retired && <span className="choice">Retired</span>}
          <p className="hint">
            {kindWords(field.kind)}
            {detailOf(field)}
          </p>
          {field.help !== null && <p className="hint">{field.help}</p>}
        </div>
        <span className="together">
          {!field.retired && may("crm.field-set.change-field") && (
            <button type="button" className="button small" disabled={!isNow} onClick={change}>
              Change
            </button>
          )}
          {may(`crm.field-set.${verb}`) && (
            <button type="button" className="button small" disabled={!isNow || ending.busy} onClick={end}>
              {field.retired ? "Restore" : "Retire"}
            </button>
          )}
        </span>
      </div>
      {ending.failure !== null && <Notice tone="error">{sentence(ending.failure)}</Notice>}
    </>
  )
}

function detailOf(field: OwnField): string {
  if (field.choices.length > 0) return `: ${field.choices.join(", ")}`
  if (field.formula !== null) return `: ${field.formula}`
  return field.refers_to === null ? "" : `: ${words(field.refers_to).toLowerCase()}`
}
