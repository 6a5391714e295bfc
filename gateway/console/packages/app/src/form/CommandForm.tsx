import { type Accepted, type Failure, type FieldError } from "@nexus360/client"
import type { Command, Field } from "@nexus360/contract"
import { type ReactNode, type SyntheticEvent, useEffect, useRef, useState } from "react"
import type { OwnField } from "../catalogue/own"
import { inputOf } from "../catalogue/own"
import { useLists } from "../catalogue/context"
import { useChange } from "../reading/change"
import { useHomeCurrency } from "../reading/currency"
import { Notice, sentence } from "../shell/Notice"
import { words } from "../words/names"
import { type Before, bodyOf, shownDraft, type Touched } from "./body"
import { FormShared } from "./context"
import { elsewhere, errorsOf } from "./errors"
import { FieldRow } from "./FieldRow"
import { labelAmong } from "./labels"
import { Said } from "./Said"

interface Props {
  readonly command: Command
  readonly path: string
  /** What the record has already; it may become another while the form is open, and what was typed stays. */
  readonly before: Before
  /** What was typed, so to say, before anybody typed: such as who owns a new record. */
  readonly first?: Touched
  /** What is sent besides what the form asks for. */
  readonly besides?: Readonly<Record<string, unknown>>
  readonly match: string | null
  readonly own: readonly OwnField[]
  /** What the button says; the verb, when left out. */
  readonly label?: string
  /** The body in which what is said stands, by what name; it is the body, when this is left out. */
  readonly around?: { readonly name: string; readonly body: (said: Body) => Body }
  /** What is shown of what is said so far, before it is sent. */
  readonly hint?: (said: Body) => ReactNode
  readonly done: (accepted: Accepted, sent: Body) => void
  readonly cancel: () => void
  /** Reads the record again, after somebody else changed it. */
  readonly readAgain?: () => void
}

type Body = Readonly<Record<string, unknown>>

const UNDER = new Set(["at"])

/** A form made of the fields of a command. */
export function CommandForm(props: Props) {
  const { command, path, before, first = {}, besides = {}, match, own, label, around, hint, done } = props
  const { cancel, readAgain } = props
  const lists = useLists()
  const change = useChange()
  const currency = useHomeCurrency()
  const [touched, setTouched] = useState<Touched>(first)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    const wrong = change.failure === null ? null : form.current?.querySelector(".field-error")?.closest(".field")
    wrong?.querySelector<HTMLElement>("input, select, textarea, button")?.focus()
  }, [change.failure])
  const inputs = own.flatMap((field) => inputOf(lists, field) ?? [])
  const errors = errorsOf(change.failure, around?.name)
  const labels = Object.fromEntries(own.map((field) => [`custom.${field.key}`, field.label]))
  const names = command.fields.map((field) => field.name)
  const aside = (field: Field) => UNDER.has(field.name) || (!field.required && field.doc.startsWith("Your own id"))
  const row = (field: Field) => (
    <FieldRow
      key={field.name}
      field={field}
      path={field.name}
      label={field.type.kind === "custom" ? "Fields of your own" : labelAmong(field, command.fields)}
      draft={shownDraft(field, touched, before, inputs)}
      change={(draft) => setTouched({ ...touched, [field.name]: draft })}
    />
  )
  const main = command.fields.filter((field) => !aside(field))
  const under = command.fields.filter(aside)

  const said = { ...bodyOf(command.fields, touched, before, inputs), ...besides }

  async function submit(event: SyntheticEvent) {
    event.preventDefault()
    const body = around === undefined ? said : around.body(said)
    const accepted = await change.send(path, body, match)
    if (accepted !== null) done(accepted, body)
  }

  return (
    <FormShared value={{ errors, own: inputs, currency, labels }}>
      <form
        ref={form}
        className="command"
        aria-label={words(command.verb)}
        noValidate
        onSubmit={(event) => void submit(event)}
      >
        <p className="hint">
          <Said text={command.doc} />
        </p>
        {main.map(row)}
        {under.length > 0 && (
          <details className="under">
            <summary>More</summary>
            {under.map(row)}
          </details>
        )}
        {change.failure !== null && (
          <Refusal
            failure={change.failure}
            others={elsewhere(errors, names)}
            readAgain={readAgain}
            forget={change.forget}
          />
        )}
        {hint?.(said)}
        <div className="form-end">
          <button type="submit" className="button primary" disabled={change.busy}>
            {change.busy ? "Sending…" : (label ?? words(command.verb))}
          </button>
          <button type="button" className="button" onClick={cancel}>
            Cancel
          </button>
        </div>
      </form>
    </FormShared>
  )
}

interface RefusalProps {
  readonly failure: Failure
  readonly others: readonly FieldError[]
  readonly readAgain: (() => void) | undefined
  readonly forget: () => void
}

function Refusal({ failure, others, readAgain, forget }: RefusalProps) {
  return (
    <Notice tone="error">
      <span>{sentence(failure)}</span>
      {others.length > 0 && (
        <ul>
          {others.map((error) => (
            <li key={error.field}>
              {error.field}: {error.message}
            </li>
          ))}
        </ul>
      )}
      {failure.kind === "changed" && readAgain !== undefined && (
        <button
          type="button"
          className="button"
          onClick={() => {
            readAgain()
            forget()
          }}
        >
          Read it again and keep what I typed
        </button>
      )}
    </Notice>
  )
}
