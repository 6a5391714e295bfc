import type { Duplicates, List } from "@nexus360/contract"
import { useState } from "react"
import { Link, useNavigate } from "react-router"
import type { Shown } from "../catalogue/columns"
import { Value } from "../list/Value"
import { useChange } from "../reading/change"
import { type NameOf, useNames } from "../reading/names"
import { pathOf, type Row } from "../reading/rows"
import { Notice, sentence } from "../shell/Notice"
import { mergeAddress } from "./addresses"
import { calledIn } from "./called"
import { addressWords, type Survivor, survivors, taking } from "./survivors"

interface Props {
  readonly list: List
  readonly duplicates: Duplicates
  readonly columns: readonly Shown[]
  readonly own: Row
  readonly etag: string | null
  readonly other: Row
  readonly readAgain: () => void
}

/** Two records, field by field: of what both have, the value that stays is chosen. */
export function SideBySide({ list, duplicates, columns, own, etag, other, readAgain }: Props) {
  const navigate = useNavigate()
  const sending = useChange()
  const [taken, setTaken] = useState<ReadonlySet<string>>(new Set())
  const rows = survivors(duplicates, columns, own, other)
  const led = rows.filter(({ column }) => column.leads !== null)
  const nameOf = useNames(
    led.flatMap((row) => [row.own, row.other].map((id) => ({ list: row.column.leads, id }))),
    null,
  )
  const choose = (field: string, whose: "own" | "other") =>
    setTaken((before) => new Set([...before].filter((each) => each !== field).concat(whose === "other" ? field : [])))

  async function merge() {
    // What was chosen of a field that is the same by now is not said.
    const take = taking(new Set(rows.flatMap(({ field, choice }) => (choice && taken.has(field) ? [field] : []))))
    const accepted = await sending.send(`${pathOf(list, own.id)}/merge`, { other_id: other.id, take }, etag)
    if (accepted !== null) void navigate(pathOf(list, own.id))
  }

  return (
    <form
      aria-label="Merge"
      className="merge"
      onSubmit={(event) => {
        event.preventDefault()
        void merge()
      }}
    >
      <div className="rows-frame">
        <table className="rows survivors">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">{calledIn(list, own)}, which stays</th>
              <th scope="col">{calledIn(list, other)}, which goes</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Line
                key={row.field}
                row={row}
                taken={taken.has(row.field)}
                choose={(whose) => choose(row.field, whose)}
                nameOf={nameOf}
              />
            ))}
          </tbody>
        </table>
      </div>
      <p className="hint">
        All addresses, numbers, tags and whoever it is shared with stay, and all that names the other comes along. The
        two can be told apart again later.
      </p>
      {sending.failure !== null && (
        <Notice tone="error">
          <span>{sentence(sending.failure)}</span>
          {sending.failure.kind === "changed" && (
            <button
              type="button"
              className="button"
              onClick={() => {
                sending.forget()
                readAgain()
              }}
            >
              Read it again
            </button>
          )}
        </Notice>
      )}
      <div className="form-end">
        <Link className="button" to={mergeAddress(list, other.id, own.id)} replace>
          The other one stays
        </Link>
        <Link className="button" to={pathOf(list, own.id)}>
          Cancel
        </Link>
        <button type="submit" className="button primary" disabled={sending.busy}>
          Merge
        </button>
      </div>
    </form>
  )
}

interface LineProps {
  readonly row: Survivor
  readonly taken: boolean
  readonly choose: (whose: "own" | "other") => void
  readonly nameOf: NameOf
}

function Line({ row, taken, choose, nameOf }: LineProps) {
  const sides = [
    ["own", row.own],
    ["other", row.other],
  ] as const
  return (
    <tr>
      <th scope="row">{row.label}</th>
      {sides.map(([whose, value]) => {
        const told = row.field === "address" ? addressWords(value) : null
        const shown = told ?? <Value column={row.column} value={value} nameOf={nameOf} />
        return (
          <td key={whose}>
            {row.choice ? (
              <label className="survivor">
                <input
                  type="radio"
                  name={row.field}
                  checked={taken === (whose === "other")}
                  onChange={() => choose(whose)}
                />
                <span>{shown}</span>
              </label>
            ) : (
              shown
            )}
          </td>
        )
      })}
    </tr>
  )
}
