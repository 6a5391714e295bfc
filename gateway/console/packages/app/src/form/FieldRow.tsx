import type { Field } from "@nexus360/contract"
import { useId } from "react"
import { useShared } from "./context"
import type { Draft } from "./draft"
import { errorAt } from "./errors"
import { Input } from "./Input"
import { Said } from "./Said"

interface Props {
  readonly field: Field
  readonly path: string
  readonly label: string
  readonly draft: Draft
  readonly change: (draft: Draft) => void
}

/** One field of a form: what it is called, its input, what it is for, and what is wrong with it. */
export function FieldRow({ field, path, label, draft, change }: Props) {
  const id = useId()
  const { kind } = field.type
  const whole = kind === "group" || kind === "custom" || kind === "list"
  const error = errorAt(useShared().errors, path, !whole)
  const described = [error === null ? "" : `${id}-error`, field.doc === "" ? "" : `${id}-doc`]
    .filter((each) => each !== "")
    .join(" ")
  const said = (
    <>
      {label}
      {field.required && (
        <span className="required" title="Needed">
          {" "}
          *
        </span>
      )}
    </>
  )
  const input = (
    <Input
      field={field}
      path={path}
      id={id}
      label={label}
      describedBy={described === "" ? undefined : described}
      invalid={error !== null}
      draft={draft}
      change={change}
    />
  )
  const below = (
    <>
      {error !== null && (
        <p className="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
      {field.doc !== "" && (
        <p className="hint" id={`${id}-doc`}>
          <Said text={field.doc} />
        </p>
      )}
    </>
  )
  if (whole)
    return (
      <fieldset className="field group">
        <legend>{said}</legend>
        {input}
        {below}
      </fieldset>
    )
  return (
    <div className="field">
      <label htmlFor={id}>{said}</label>
      {input}
      {below}
    </div>
  )
}
