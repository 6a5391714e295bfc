import type { List } from "@nexus360/contract"
import { useOwnFields } from "../reading/own"
import { useMay } from "../reading/session"
import { Notice } from "../shell/Notice"
import { Counts } from "../work/Counts"
import { Progress } from "../work/Progress"
import { Report } from "../work/Report"
import { isUnderWay } from "../work/useWork"
import { words } from "../words/names"
import { momentWords } from "../words/values"
import type { ImportJob } from "./chosen"
import { Lines } from "./Lines"
import { fillable } from "./targets"

interface Props {
  readonly job: ImportJob
  readonly list: List | undefined
}

const ENDED_BADLY = new Set(["FAILED", "REVERT_FAILED"])
const ALL = () => true

/** How far an import is, or what came of it. */
export function ImportState({ job, list }: Props) {
  const may = useMay()
  return (
    <>
      {isUnderWay(job) ? (
        <Progress
          done={job.rows}
          total={job.status === "REVERTING" ? 0 : job.total}
          of="rows"
          first={job.status === "REVERTING" ? "Being taken back…" : "Beginning…"}
        />
      ) : (
        <Notice tone={ENDED_BADLY.has(job.status) ? "error" : "info"}>{endWords(job)}</Notice>
      )}
      <Counts counts={countsOf(job)} />
      {job.reports_removed_at !== null ? (
        <p className="hint">The reports were removed on {momentWords(job.reports_removed_at)}.</p>
      ) : (
        may("integration.import.start") && <Reports job={job} list={list} />
      )}
    </>
  )
}

const ERRORS = ["line", "outcome", "field", "reason"]
const CHANGES = ["line", "record", "field", "becomes"]
const KEPT = ["line", "record", "reason"]

function Reports({ job, list }: Props) {
  const own = useOwnFields(list?.own ?? null, null)
  const fields = list === undefined ? [] : fillable(list, own.fields)
  const name = job.file_name.replace(/\.[^.]*$/, "")
  return (
    <>
      {job.errors !== null && (
        <Report title="Rows to be looked at" path={fileOf(job.errors)} fileName={`${name}-errors.csv`} matters={ALL}>
          {(lines) => <Lines lines={lines} columns={ERRORS} fields={fields} list={list} />}
        </Report>
      )}
      {job.changes !== null && (
        <Report
          title="What would change of records on file"
          path={fileOf(job.changes)}
          fileName={`${name}-changes.csv`}
          matters={ALL}
        >
          {(lines) => <Lines lines={lines} columns={CHANGES} fields={fields} list={list} />}
        </Report>
      )}
      {job.revert_report !== null && (
        <Report
          title="What was not taken back"
          path={fileOf(job.revert_report)}
          fileName={`${name}-kept.csv`}
          matters={ALL}
        >
          {(lines) => <Lines lines={lines} columns={KEPT} fields={fields} list={list} />}
        </Report>
      )}
    </>
  )
}

function fileOf(hash: string): string {
  return `/integration/files/${hash}`
}

function endWords(job: ImportJob): string {
  switch (job.status) {
    case "COMPLETED":
      return job.dry_run ? "Tried. Nothing was imported." : "Imported."
    case "FAILED":
      return job.reason ?? "The file could not be imported."
    case "REVERTED":
      return "Taken back."
    case "REVERT_FAILED":
      return job.revert_reason ?? "It could not be taken back as a whole."
    case "NEW":
    case "RUNNING":
    case "REVERTING":
      return words(job.status)
    default:
      return job.status satisfies never
  }
}

function countsOf(job: ImportJob): readonly (readonly [string, number])[] {
  const taken = job.status === "REVERTED" || job.reverted > 0 || job.kept > 0
  return [
    ["Rows", job.rows],
    [job.dry_run ? "Would be created" : "Created", job.created],
    [job.dry_run ? "Would be updated" : "Updated", job.updated],
    ["Say nothing new", job.unchanged],
    ["Passed over", job.skipped],
    ["Rejected", job.rejected],
    ["To be looked at", job.warnings],
    ...(taken ? ([["Taken back", job.reverted]] as const) : []),
    ...(taken ? ([["Kept as they are", job.kept]] as const) : []),
  ]
}
