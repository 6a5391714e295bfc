import type { Field } from "@nexus360/contract"
import { type SyntheticEvent, useId, useState } from "react"
import { valueOf } from "../form/body"
import { FormShared } from "../form/context"
import { type Draft, draftOf } from "../form/draft"
import { errorAt, errorsOf } from "../form/errors"
import { Input } from "../form/Input"
import { useChange } from "../reading/change"
import { useHomeCurrency } from "../reading/currency"
import { sentence } from "../shell/Notice"

interface Props {
  readonly field: Field
  readonly label: string
  readonly path: string
  readonly value: unknown
  readonly etag: string | null
  readonly close: () => void
  readonly readAgain: () => void
}

/** Sets one field of the tenant's own; emptied, it takes the value away. */
export function OwnFieldForm({ field, label, path, value, etag, close, readAgain }: Props) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(field.type, value, []))
  const change = useChange()
  const currency = useHomeCurrency()
  const id = useId()
  const at = `custom.${field.name}`
  const error = errorAt(errorsOf(change.failure), at, true)

  async function submit(event: SyntheticEvent) {
    event.preventDefault()
    const accepted = await change.send(path, { custom: { [field.name]: valueOf(field.type, draft, []) ?? null } }, etag)
    if (accepted !== null) close()
  }

  return (
    <FormShared value={{ errors: [], own: [], currency, labels: {} }}>
      <form
        className="in-place"
        noValidate
        onSubmit={(event) => void submit(event)}
        onKeyDown={(event) => {
          if (event.key === "Escape") close()
        }}
      >
        <label className="unseen" htmlFor={id}>
          {label}
        </label>
        <Input
          field={field}
          path={at}
          id={id}
          label={label}
          describedBy={error === null ? undefined : `${id}-error`}
          invalid={error !== null}
          draft={draft}
          change={setDraft}
        />
        <span className="together">
          <button type="submit" className="button primary small" disabled={change.busy}>
            Save
          </button>
          <button type="button" className="button small" onClick={close}>
            Cancel
          </button>
        </span>
        {change.failure !== null && (
          <p className="field-error" id={`${id}-error`} role="alert">
            {error ?? sentence(change.failure)}
          </p>
        )}
        {change.failure?.kind === "changed" && (
          <button
            type="button"
            className="button small"
            onClick={() => {
              readAgain()
              change.forget()
            }}
          >
            Read it again and keep what I typed
          </button>
        )}
      </form>
    </FormShared>
  )
}
