import { Link } from "react-router"
import { useReports } from "../catalogue/context"
import { NoSuchPage } from "../shell/NoSuchPage"
import { words } from "../words/names"

/** The reports that one may read. */
export function ReportsPage() {
  const reports = useReports()
  if (reports.length === 0) return <NoSuchPage />
  return (
    <section className="page" aria-labelledby="reports-title">
      <title>Reports · Nexus360</title>
      <div className="page-head">
        <h1 id="reports-title">Reports</h1>
      </div>
      <ul className="reports">
        {reports.map((report) => (
          <li key={report.key} className="card">
            <h2>
              <Link to={`/reports/${report.key}`}>{words(report.name)}</Link>
            </h2>
            <p className="hint">{report.doc}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
