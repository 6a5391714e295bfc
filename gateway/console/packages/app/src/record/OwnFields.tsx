import type { List } from "@nexus360/contract"
import { useState } from "react"
import { type Shown, valueOf } from "../catalogue/columns"
import { useLists } from "../catalogue/context"
import { inputOf, type OwnField } from "../catalogue/own"
import { commandsOf } from "../catalogue/groups"
import { isHidden } from "../list/Table"
import { Value } from "../list/Value"
import { useIsNow } from "../reading/change"
import { type NameOf, useNames } from "../reading/names"
import type { Row } from "../reading/rows"
import { usePerson } from "../reading/session"
import { OwnFieldForm } from "./OwnFieldForm"

interface Props {
  readonly list: List
  readonly row: Row
  readonly etag: string | null
  readonly fields: readonly OwnField[]
  readonly columns: readonly Shown[]
  readonly asOf: string | null
  readonly trash: boolean
  readonly readAgain: () => void
}

/** The values of the tenant's own fields, each of which is set where it stands. */
export function OwnFields({ list, row, etag, fields, columns, asOf, trash, readAgain }: Props) {
  const [editing, setEditing] = useState<string | null>(null)
  const lists = useLists()
  const isNow = useIsNow()
  const setter = commandsOf(list, usePerson().permissions, false).find((command) => command.verb === "set-fields")
  const own = columns.filter((column) => column.own !== null)
  const nameOf = useNames(
    own.map((column) => ({ list: column.leads, id: valueOf(row, column.name) })),
    asOf,
  )
  if (fields.every((field) => field.retired)) return null
  return (
    <section className="card" aria-labelledby="own-title">
      <h2 id="own-title">Fields of your own</h2>
      <dl className="values own">
        {own.map((column) => {
          const field = column.own === null ? null : inputOf(lists, column.own)
          const can = field !== null && setter !== undefined && isNow && !trash && !isHidden(row, column)
          return (
            <div key={column.name} className="pair">
              <dt>
                {column.label}
                {column.own?.help != null && <span className="hint block">{column.own.help}</span>}
              </dt>
              <dd>
                {can && editing === column.name ? (
                  <OwnFieldForm
                    field={field}
                    label={column.label}
                    path={setter.path.replace("{id}", encodeURIComponent(row.id))}
                    value={valueOf(row, column.name)}
                    etag={etag}
                    close={() => setEditing(null)}
                    readAgain={readAgain}
                  />
                ) : (
                  <Told column={column} row={row} nameOf={nameOf} edit={can ? () => setEditing(column.name) : null} />
                )}
              </dd>
            </div>
          )
        })}
      </dl>
    </section>
  )
}

interface ToldProps {
  readonly column: Shown
  readonly row: Row
  readonly nameOf: NameOf
  readonly edit: (() => void) | null
}

function Told({ column, row, nameOf, edit }: ToldProps) {
  if (isHidden(row, column)) return <span className="hidden">You may not see this</span>
  return (
    <span className="told">
      <span>
        <Value column={column} value={valueOf(row, column.name)} nameOf={nameOf} />
      </span>
      {column.form === "computed" && <span className="hint">computed</span>}
      {edit !== null && (
        <button type="button" className="button quiet small" aria-label={`Set ${column.label}`} onClick={edit}>
          Set
        </button>
      )}
    </span>
  )
}
