import type { Dimension, Measure, Report } from "@nexus360/contract"
import { Link } from "react-router"
import { words } from "../words/names"
import { dayWords } from "../words/values"
import { measured } from "./called"
import { differenceOf, type Group, keyOf, namesOf, numberOf, type Pair } from "./groups"

interface Props {
  readonly report: Report
  readonly dimensions: readonly Dimension[]
  readonly pairs: readonly Pair[]
  readonly totals: readonly Pair[]
  /** The day that is compared with, if there is one. */
  readonly compare: string | null
  readonly call: (dimension: Dimension, group: Group) => string
  /** Where the records of a group are listed. */
  readonly records: (group: Group) => string | null
}

/** The groups of a report with their measures, and what all of them come to. */
export function GroupTable({ report, dimensions, pairs, totals, compare, call, records }: Props) {
  const names = namesOf(report, dimensions)
  const money = names.includes("currency")
  return (
    <table className="rows">
      <thead>
        <tr>
          {dimensions.map(({ name }) => (
            <th key={name} scope="col">
              {words(name)}
            </th>
          ))}
          {dimensions.length === 0 && <th scope="col">Of</th>}
          {money && <th scope="col">Currency</th>}
          {report.measures.map((measure) => (
            <Heads key={measure.name} measure={measure} compare={compare} />
          ))}
        </tr>
      </thead>
      <tbody>
        {pairs.map((pair) => {
          const to = pair.now === null ? null : records(pair.group)
          const [first = "All", ...rest] = dimensions.map((dimension) => call(dimension, pair.group))
          return (
            <tr key={keyOf(names, pair.group)}>
              <th scope="row">{to === null ? first : <Link to={to}>{first}</Link>}</th>
              {rest.map((said, at) => (
                <td key={at}>{said}</td>
              ))}
              <Numbers report={report} pair={pair} money={money} compared={compare !== null} />
            </tr>
          )
        })}
      </tbody>
      {dimensions.length > 0 && (
        <tfoot>
          {totals.map((pair) => (
            <tr key={keyOf(["currency"], pair.group)}>
              <th scope="row" colSpan={dimensions.length}>
                In all
              </th>
              <Numbers report={report} pair={pair} money={money} compared={compare !== null} />
            </tr>
          ))}
        </tfoot>
      )}
    </table>
  )
}

function Heads({ measure, compare }: { readonly measure: Measure; readonly compare: string | null }) {
  const name = words(measure.name)
  return (
    <>
      <th scope="col" className="number">
        {name}
      </th>
      {compare !== null && (
        <>
          <th scope="col" className="number">
            {name}, {dayWords(compare)}
          </th>
          <th scope="col" className="number">
            Difference
          </th>
        </>
      )}
    </>
  )
}

interface NumbersProps {
  readonly report: Report
  readonly pair: Pair
  readonly money: boolean
  readonly compared: boolean
}

function Numbers({ report, pair, money, compared }: NumbersProps) {
  const currency = pair.group["currency"]
  return (
    <>
      {money && <td>{typeof currency === "string" ? currency : ""}</td>}
      {report.measures.map((measure) => {
        const said = (value: string | null) => measured(measure, value, currency)
        const difference = differenceOf(pair, measure)
        const sign = difference !== null && !difference.startsWith("-") && Number(difference) > 0 ? "+" : ""
        return [
          <td key={measure.name} className="number">
            {said(numberOf(pair, "now", measure))}
          </td>,
          ...(compared
            ? [
                <td key={`${measure.name} then`} className="number">
                  {said(numberOf(pair, "then", measure))}
                </td>,
                <td key={`${measure.name} difference`} className="number">
                  {sign}
                  {said(difference)}
                </td>,
              ]
            : []),
        ]
      })}
    </>
  )
}
