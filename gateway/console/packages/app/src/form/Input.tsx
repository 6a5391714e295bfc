import type { Field } from "@nexus360/contract"
import { choiceWords } from "../words/names"
import { useShared } from "./context"
import { type Draft, textOf } from "./draft"
import { Group } from "./Group"
import { ListInput } from "./ListInput"
import { MoneyInput } from "./MoneyInput"
import { Picker } from "./Picker"
import { localOf, utcOf } from "./moments"

export interface InputProps {
  readonly field: Field
  readonly path: string
  readonly id: string
  readonly label: string
  readonly describedBy: string | undefined
  readonly invalid: boolean
  readonly draft: Draft
  readonly change: (draft: Draft) => void
}

const LONG = new Set(["body", "description", "outcome", "help", "formula", "reason", "where"])

/** The input that fits the type of a field. */
export function Input(props: InputProps) {
  const { field, path, id, label, describedBy, invalid, draft, change } = props
  const { own } = useShared()
  const { type } = field
  const text = textOf(draft)
  const common = {
    id,
    "aria-describedby": describedBy,
    "aria-invalid": invalid || undefined,
    "aria-required": field.required || undefined,
  }
  const typed = (event: { readonly target: { readonly value: string } }) => change(event.target.value)
  switch (type.kind) {
    case "text":
      if (field.leads !== null)
        return (
          <Picker
            list={field.leads}
            label={label}
            id={id}
            describedBy={describedBy}
            invalid={invalid}
            value={text}
            change={change}
          />
        )
      if (field.secret) return <input {...common} type="password" autoComplete="off" value={text} onChange={typed} />
      return LONG.has(field.name) || text.includes("\n") ? (
        <textarea {...common} rows={3} value={text} onChange={typed} />
      ) : (
        <input {...common} value={text} onChange={typed} />
      )
    case "integer":
      return <input {...common} inputMode="numeric" value={text} onChange={typed} />
    case "number":
      return <input {...common} inputMode="decimal" value={text} onChange={typed} />
    case "boolean":
      return (
        <Select
          {...common}
          options={[
            ["true", "Yes"],
            ["false", "No"],
          ]}
          value={text}
          change={change}
        />
      )
    case "choice":
      return (
        <Select
          {...common}
          options={type.choices.map((choice) => [choice, isOwn(path) ? choice : choiceWords(choice)])}
          value={text}
          change={change}
        />
      )
    case "date":
      return <input {...common} type="date" value={text} onChange={typed} />
    case "time":
      return (
        <input
          {...common}
          type="datetime-local"
          value={localOf(text)}
          onChange={(event) => change(utcOf(event.target.value))}
        />
      )
    case "any":
      return <textarea {...common} rows={3} value={text} onChange={typed} spellCheck={false} />
    case "money":
      return <MoneyInput {...props} />
    case "list":
      return <ListInput {...props} of={type.of} />
    case "group":
      return <Group fields={type.fields} path={path} draft={draft} change={change} />
    case "custom":
      return own.length === 0 ? (
        <p className="hint">None are defined.</p>
      ) : (
        <Group fields={own} path={path} draft={draft} change={change} />
      )
    default:
      return type satisfies never
  }
}

interface SelectProps {
  readonly id: string
  readonly options: readonly (readonly [string, string])[]
  readonly value: string
  readonly change: (value: string) => void
}

function Select({ options, value, change, ...common }: SelectProps) {
  const known = value === "" || options.some(([option]) => option === value)
  return (
    <select {...common} value={value} onChange={(event) => change(event.target.value)}>
      <option value="" />
      {/* A choice that was taken away stays where it was chosen. */}
      {!known && <option value={value}>{value}</option>}
      {options.map(([option, label]) => (
        <option key={option} value={option}>
          {label}
        </option>
      ))}
    </select>
  )
}

/** Whether it is a field of the tenant's own, whose choices stand as people wrote them. */
export function isOwn(path: string): boolean {
  return path.startsWith("custom.")
}
