import type { Field } from "@nexus360/contract"
import { type Draft, partOf, withPart } from "./draft"
import { FieldRow } from "./FieldRow"
import { useShared } from "./context"
import { labelAmong } from "./labels"

interface Props {
  readonly fields: readonly Field[]
  readonly path: string
  readonly draft: Draft
  readonly change: (draft: Draft) => void
}

/** Fields that belong together. */
export function Group({ fields, path, draft, change }: Props) {
  const { labels } = useShared()
  return (
    <div className="group-fields">
      {fields.map((field) => {
        const at = `${path}.${field.name}`
        const label = labels[at] ?? labelAmong(field, fields)
        return (
          <FieldRow
            key={field.name}
            field={field}
            path={at}
            draft={partOf(draft, field.name)}
            change={(part) => change(withPart(draft, field.name, part))}
            label={label}
          />
        )
      })}
    </div>
  )
}
