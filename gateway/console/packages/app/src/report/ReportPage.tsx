import type { Query } from "@nexus360/client"
import type { List, Report } from "@nexus360/contract"
import { Link, useParams } from "react-router"
import { queryOf } from "../asking/query"
import { columnsOf } from "../catalogue/columns"
import { useList, useLists, useReports } from "../catalogue/context"
import { Filters } from "../list/Filters"
import { Downloads } from "../list/ListTools"
import { useAskedBesides } from "../list/useAsked"
import { DayInput } from "../shell/DayInput"
import { Menu } from "../shell/Menu"
import { NoSuchPage } from "../shell/NoSuchPage"
import { Late, Notice, Trouble } from "../shell/Notice"
import { useOwnFields } from "../reading/own"
import { useAsOf } from "../state/store"
import { words } from "../words/names"
import { GroupedBy } from "./GroupedBy"
import { Groups } from "./Groups"
import { useGroups } from "./reading"

export function ReportPage() {
  const { domain, name } = useParams()
  const report = useReports().find((each) => each.key === `${domain ?? ""}/${name ?? ""}`)
  const list = useList(report?.source ?? null)
  if (report === undefined || list === null) return <NoSuchPage />
  return <ReportOf key={report.key} report={report} list={list} />
}

const BESIDES = ["by", "compare", "show"] as const
const NONE: readonly never[] = []

function ReportOf({ report, list }: { readonly report: Report; readonly list: List }) {
  const [asked, besides, ask] = useAskedBesides(BESIDES)
  const now = useAsOf()
  const asOf = report.times ? now : null
  const compare = report.times ? besides.compare : null
  const by = besides.by === null ? report.by : besides.by.split(",").filter((name) => name !== "")
  const own = useOwnFields(list.own, asOf)
  const columns = columnsOf(useLists(), list, own.fields)
  const plain: Query = queryOf({ ...asked, q: "", sort: [], view: null, trash: false }, { fields: NONE, asOf })
  const query = { ...plain, by: by.join(",") }
  const before = { ...query, as_of: compare }
  const answer = useGroups(report, query)
  const totals = useGroups(report, { ...query, by: "" })
  const then = useGroups(report, before, compare !== null)
  const totalsThen = useGroups(report, { ...before, by: "" }, compare !== null)
  const compared = [totals, then, totalsThen].every((each) => each.data !== undefined)
  const failed = [answer, totals, then, totalsThen].find((each) => each.isError)
  const title = words(report.name)

  return (
    <section className="page" aria-labelledby="report-title">
      <title>{`${title} · Nexus360`}</title>
      <p className="crumbs">
        <Link to="/reports">Reports</Link>
      </p>
      <div className="page-head">
        <h1 id="report-title">{title}</h1>
        <div className="tools">
          <GroupedBy
            offered={report.dimensions}
            by={by}
            group={(chosen) => ask(asked, { ...besides, by: chosen.join(",") })}
          />
          {report.times && (
            <DayInput
              label="Compare with"
              day={besides.compare}
              choose={(day) => ask(asked, { ...besides, compare: day })}
            />
          )}
          <Menu label="Download" side="right">
            {(close) => <Downloads path={`/${report.key}`} query={query} done={close} />}
          </Menu>
        </div>
      </div>
      <p className="hint">{report.doc}</p>
      <Filters
        columns={columns.map((column) => (isAsked(report, column.name) ? column : { ...column, operators: NONE }))}
        asked={asked}
        ask={(next) => ask(next, besides)}
      />
      {now !== null && !report.times && (
        <Notice tone="info">This report keeps no past. It is shown as it is now.</Notice>
      )}
      <Late late={answer.data?.late ?? false} />
      {failed?.isError === true && <Trouble error={failed.error} again={() => void failed.refetch()} />}
      {answer.isPending && (
        <p className="loading" role="status">
          Loading…
        </p>
      )}
      {answer.data !== undefined && (
        <Groups
          report={report}
          list={list}
          asked={asked}
          columns={columns}
          dimensions={by.flatMap((name) => report.dimensions.find((each) => each.name === name) ?? [])}
          asOf={asOf}
          compare={compared ? compare : null}
          groups={[answer.data.value.items, then.data?.value.items ?? NONE]}
          totals={[totals.data?.value.items ?? NONE, totalsThen.data?.value.items ?? NONE]}
          show={report.measures.find((each) => each.name === besides.show)}
          choose={(measure) => ask(asked, { ...besides, show: measure })}
          busy={answer.isFetching || then.isFetching}
        />
      )}
    </section>
  )
}

/** What a report is narrowed by: columns that it names, and fields of the tenant's own. */
function isAsked(report: Report, name: string): boolean {
  return report.filters.includes(name) || name.startsWith("custom.")
}
