import type { List } from "@nexus360/contract"
import { type SyntheticEvent, useState } from "react"
import type { OwnField, OwnKind } from "../catalogue/own"
import { elsewhere, errorsOf } from "../form/errors"
import { useChange } from "../reading/change"
import { Notice, sentence } from "../shell/Notice"
import { words } from "../words/names"
import { FormulaHelp } from "./FormulaHelp"
import { KINDS, kindWords, REFERRED } from "./kinds"
import { Labelled } from "./Labelled"
import { hasChoices, keyOf, NOTHING_SAID, type Said, saidOf } from "./said"

interface Props {
  readonly list: List
  readonly fields: readonly OwnField[]
  /** The field that is changed, or null when one is defined. */
  readonly before: OwnField | null
  /** The path, the body and the version that was seen. */
  readonly send: (said: Said) => readonly [string, unknown, string | null]
  readonly done: (said: Said) => void
  readonly cancel: () => void
}

const NAMES = ["label", "key", "kind", "choices", "refers_to", "formula", "help"]

export function FieldForm({ list, fields, before, send, done, cancel }: Props) {
  const [said, setSaid] = useState<Said>(before === null ? NOTHING_SAID : saidOf(before))
  const change = useChange()
  const errors = errorsOf(change.failure)
  const others = elsewhere(errors, NAMES)
  const say = (more: Partial<Said>) => setSaid({ ...said, ...more })

  async function submit(event: SyntheticEvent) {
    event.preventDefault()
    if ((await change.send(...send(said))) !== null) done(said)
  }

  return (
    <form
      className="command"
      noValidate
      onSubmit={(event) => void submit(event)}
      aria-label={before === null ? "Define a field" : `Change ${before.label}`}
    >
      <Labelled name="label" label="Label" hint="What people call the field." errors={errors}>
        {(input) => (
          <input {...input} autoFocus value={said.label} onChange={(event) => say({ label: event.target.value })} />
        )}
      </Labelled>
      {before === null && (
        <Labelled name="key" label="Key" hint="What the API and formulas call it. It never changes." errors={errors}>
          {(input) => (
            <input
              {...input}
              spellCheck={false}
              value={keyOf(said)}
              onChange={(event) => say({ key: event.target.value })}
            />
          )}
        </Labelled>
      )}
      {before === null ? (
        <Labelled
          name="kind"
          label="Holds"
          hint="This never changes: for something else, define another field."
          errors={errors}
        >
          {(input) => (
            <select {...input} value={said.kind} onChange={(event) => say({ kind: event.target.value as OwnKind })}>
              {KINDS.map(([kind, label]) => (
                <option key={kind} value={kind}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Labelled>
      ) : (
        <p className="hint">Holds: {kindWords(before.kind)}</p>
      )}
      {hasChoices(said.kind) && (
        <Labelled
          name="choices"
          label="Choices"
          hint="One on each line, in the order in which they are offered. One that you take away stays where it was chosen."
          errors={errors}
        >
          {(input) => (
            <textarea
              {...input}
              rows={5}
              value={said.choices}
              onChange={(event) => say({ choices: event.target.value })}
            />
          )}
        </Labelled>
      )}
      {said.kind === "REFERENCE" && before === null && (
        <Labelled name="refers_to" label="Refers to" hint="" errors={errors}>
          {(input) => (
            <select {...input} value={said.refersTo} onChange={(event) => say({ refersTo: event.target.value })}>
              {REFERRED.map((kind) => (
                <option key={kind} value={kind}>
                  {words(kind)}
                </option>
              ))}
            </select>
          )}
        </Labelled>
      )}
      {said.kind === "FORMULA" && (
        <>
          <Labelled name="formula" label="Formula" hint="" errors={errors}>
            {(input) => (
              <textarea
                {...input}
                rows={3}
                spellCheck={false}
                className="code"
                value={said.formula}
                onChange={(event) => say({ formula: event.target.value })}
              />
            )}
          </Labelled>
          <FormulaHelp list={list} fields={fields} />
        </>
      )}
      <Labelled name="help" label="Help" hint="What people should know who fill it in." errors={errors}>
        {(input) => <input {...input} value={said.help} onChange={(event) => say({ help: event.target.value })} />}
      </Labelled>
      {change.failure !== null && (errors.length === 0 || others.length > 0) && (
        <Notice tone="error">{sentence(change.failure)}</Notice>
      )}
      <div className="form-end">
        <button type="submit" className="button primary" disabled={change.busy}>
          {before === null ? "Define" : "Save"}
        </button>
        <button type="button" className="button" onClick={cancel}>
          Cancel
        </button>
      </div>
    </form>
  )
}
