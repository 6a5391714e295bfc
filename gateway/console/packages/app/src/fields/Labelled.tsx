import type { FieldError } from "@nexus360/client"
import { type ReactNode, useId } from "react"
import { errorAt } from "../form/errors"

interface InputParts {
  readonly id: string
  readonly "aria-describedby": string
  readonly "aria-invalid": boolean | undefined
}

interface Props {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly errors: readonly FieldError[]
  readonly children: (input: InputParts) => ReactNode
}

/** An input with its label, what it is for, and what is wrong with it. */
export function Labelled({ name, label, hint, errors, children }: Props) {
  const id = useId()
  const error = errorAt(errors, name, true)
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": `${id}-said`, "aria-invalid": error !== null || undefined })}
      <div id={`${id}-said`}>
        {error !== null && (
          <p className="field-error" role="alert">
            {error}
          </p>
        )}
        {hint !== "" && <p className="hint">{hint}</p>}
      </div>
    </div>
  )
}
