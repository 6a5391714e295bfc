import type { Dimension, List, Measure, Report } from "@nexus360/contract"
import type { Asked } from "../asking/address"
import type { Shown } from "../catalogue/columns"
import { useNames } from "../reading/names"
import { words } from "../words/names"
import { Bars } from "./Bars"
import { called } from "./called"
import { GroupTable } from "./GroupTable"
import { type Group, namesOf, paired, recordsOf } from "./groups"

/** Groups of the day that is shown, and of the one that this is compared with. */
type Days = readonly [readonly Group[], readonly Group[]]

interface Props {
  readonly report: Report
  readonly list: List
  readonly asked: Asked
  readonly columns: readonly Shown[]
  readonly dimensions: readonly Dimension[]
  readonly asOf: string | null
  readonly compare: string | null
  readonly groups: Days
  readonly totals: Days
  /** The measure that the bars show, where one was chosen. */
  readonly show: Measure | undefined
  readonly choose: (measure: string) => void
  readonly busy: boolean
}

/** A report as bars and as a table. */
export function Groups(props: Props) {
  const { report, list, asked, columns, dimensions, asOf, compare, groups, totals, choose, busy } = props
  const pairs = paired(namesOf(report, dimensions), ...groups)
  const led = dimensions.flatMap(({ columns: of }) =>
    columns.filter(({ name, called: beside }) => of.includes(name) && !of.includes(beside ?? "")),
  )
  const nameOf = useNames(
    led.flatMap((column) => pairs.map(({ group }) => ({ list: column.leads, id: group[column.name] }))),
    asOf,
  )
  const call = (dimension: Dimension, group: Group) => called(dimension, group, columns, nameOf)
  const show = props.show ?? report.measures.find((measure) => measure.money) ?? report.measures[0]
  if (pairs.length === 0) return <p className="empty">There is nothing to add up.</p>
  return (
    <div className={compare === null ? "report" : "report compared"} aria-busy={busy}>
      <div className="rows-frame">
        <GroupTable
          report={report}
          dimensions={dimensions}
          pairs={pairs}
          totals={paired(["currency"], ...totals)}
          compare={compare}
          call={call}
          records={(group) => recordsOf(report, list, asked, dimensions, group, groups[0])}
        />
      </div>
      {dimensions.length > 0 && show !== undefined && (
        <div className="charts">
          {report.measures.length > 1 && (
            <label className="together">
              <span>Bars show</span>
              <select value={show.name} onChange={(event) => choose(event.target.value)}>
                {report.measures.map((measure) => (
                  <option key={measure.name} value={measure.name}>
                    {words(measure.name)}
                  </option>
                ))}
              </select>
            </label>
          )}
          <Bars
            measure={show}
            pairs={pairs}
            compared={compare !== null}
            call={(group) => dimensions.map((dimension) => call(dimension, group)).join(", ")}
          />
        </div>
      )}
    </div>
  )
}
