import { addressOf } from "@nexus360/client"
import type { List } from "@nexus360/contract"
import { useNames } from "../reading/names"
import { Notice } from "../shell/Notice"
import { RecordLink } from "../shell/RecordLink"
import { shortId } from "../list/Value"
import { Counts } from "../work/Counts"
import { Progress } from "../work/Progress"
import { Report } from "../work/Report"
import type { Line } from "../work/separated"
import { isUnderWay } from "../work/useWork"
import { words } from "../words/names"
import { BULK, type BulkChange, endWords } from "./change"

interface Props {
  readonly change: BulkChange
  readonly list: List | undefined
}

const ENDED_BADLY = new Set(["FAILED", "REVERT_FAILED"])
const LOOKED_AT = new Set(["refused", "left", "kept"])

/** How far a bulk change is, or what came of it. */
export function BulkState({ change, list }: Props) {
  const taking = change.status === "REVERTING"
  const path = `/${BULK}/${encodeURIComponent(change.id)}/report`
  const matters = (line: Line) => LOOKED_AT.has(line["outcome"] ?? "")
  return (
    <>
      {isUnderWay(change) ? (
        <Progress
          done={taking ? change.reverted + change.kept : change.done}
          total={taking ? change.changed : change.selected}
          of={list === undefined ? "records" : words(list.name).toLowerCase()}
        />
      ) : (
        <Notice tone={ENDED_BADLY.has(change.status) ? "error" : "info"}>{endWords(change)}</Notice>
      )}
      <Counts counts={countsOf(change)} />
      {change.report !== null && (
        <Report
          title={change.dry_run ? "What would come of each" : "What came of each"}
          path={path}
          fileName="bulk-change.csv"
          matters={change.refused > 0 || change.done < change.selected ? matters : null}
        >
          {(lines) => <Refusals lines={lines} list={list} />}
        </Report>
      )}
      {change.revert_report !== null && (
        <Report
          title="What was taken back"
          path={addressOf(path, { of: "revert" })}
          fileName="bulk-revert.csv"
          matters={change.kept > 0 ? matters : null}
        >
          {(lines) => <Refusals lines={lines} list={list} />}
        </Report>
      )}
    </>
  )
}

function countsOf(change: BulkChange): readonly (readonly [string, number])[] {
  const taken = change.reverted > 0 || change.kept > 0 || change.revert_report !== null
  return [
    ["Selected", change.selected],
    [change.dry_run ? "Would change" : "Changed", change.changed],
    ["So already", change.unchanged],
    [change.dry_run ? "Would be refused" : "Refused", change.refused],
    ...(taken ? ([["Taken back", change.reverted]] as const) : []),
    ...(taken ? ([["Kept as they are", change.kept]] as const) : []),
  ]
}

function Refusals({ lines, list }: { readonly lines: readonly Line[]; readonly list: List | undefined }) {
  const key = list?.key ?? null
  const nameOf = useNames(
    lines.map((line) => ({ list: key, id: line["id"] })),
    null,
  )
  return (
    <table className="rows told-why">
      <thead>
        <tr>
          <th scope="col">Record</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ id = "", reason = "", outcome = "" }) => (
          <tr key={id}>
            <td>
              <RecordLink list={key ?? ""} id={id}>
                {nameOf(key, id) ?? shortId(id)}
              </RecordLink>
            </td>
            <td>{reason === "" ? words(outcome) : reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
