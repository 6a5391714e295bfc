import type { Measure } from "@nexus360/contract"
import { words } from "../words/names"
import { measured } from "./called"
import { type Group, numberOf, type Pair } from "./groups"

interface Props {
  readonly measure: Measure
  readonly pairs: readonly Pair[]
  readonly compared: boolean
  readonly call: (group: Group) => string
}

const MOST = 30

/** A measure of the groups as bars; amounts of each currency by themselves, since they cannot be compared. */
export function Bars({ measure, pairs, compared, call }: Props) {
  const known = pairs.filter((pair) => numberOf(pair, "now", measure) !== null || numberOf(pair, "then", measure) !== null)
  const currencies = measure.money ? [...new Set(known.map((pair) => pair.group["currency"]))] : [null]
  return currencies.map((currency) => {
    const shown = measure.money ? known.filter((pair) => pair.group["currency"] === currency) : known
    const title = typeof currency === "string" ? `${words(measure.name)}, ${currency}` : words(measure.name)
    const longest = Math.max(...shown.flatMap((pair) => [sizeOf(pair, "now", measure), sizeOf(pair, "then", measure)]))
    return (
      <figure key={title} className="card bars">
        <figcaption>
          <h2>{title}</h2>
          {shown.length > MOST && (
            <span className="hint">
              The first {MOST} of {shown.length}
            </span>
          )}
        </figcaption>
        <ul aria-label={title}>
          {shown.slice(0, MOST).map((pair) => (
            <li key={JSON.stringify(pair.group)}>
              <span>{call(pair.group)}</span>
              <Bar
                now={sizeOf(pair, "now", measure)}
                then={compared ? sizeOf(pair, "then", measure) : null}
                of={longest}
              />
              <span className="number">{measured(measure, numberOf(pair, "now", measure), currency)}</span>
            </li>
          ))}
        </ul>
      </figure>
    )
  })
}

interface BarProps {
  readonly now: number
  readonly then: number | null
  readonly of: number
}

/** One bar, and a paler one below it for the other day; the numbers beside say the same. */
function Bar({ now, then, of }: BarProps) {
  const part = (size: number) => (of === 0 ? 0 : (100 * size) / of)
  return (
    <svg aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none">
      <rect className="bar" y="0" width={part(now)} height={then === null ? 10 : 6} />
      {then !== null && <rect className="bar then" y="6" width={part(then)} height="4" />}
    </svg>
  )
}

/** How long a bar is: the only place where digits beyond those of a float may go. */
function sizeOf(pair: Pair, day: "now" | "then", measure: Measure): number {
  return Math.max(0, Number(numberOf(pair, day, measure) ?? 0))
}
