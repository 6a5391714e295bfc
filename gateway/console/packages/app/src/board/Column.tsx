import { type ReactNode, useId, useState } from "react"
import { Link } from "react-router"
import type { Row } from "../reading/rows"
import { decimalWords, moneyWords } from "../words/values"
import type { Stage, Sum } from "./board"

interface Props {
  readonly stage: Stage
  /** How many cards are shown of those that are there. */
  readonly most: number
  /** Whether the card that is held over it may be let go here. */
  readonly open: boolean
  readonly all: string
  readonly card: (card: Row) => ReactNode
  readonly drop: () => void
  readonly more: (() => void) | null
}

/** A stage with the deals in it. */
export function Column({ stage, most, open, all, card, drop, more }: Props) {
  const [over, setOver] = useState(false)
  const id = useId()
  const shown = stage.cards.slice(0, most)
  const further = stage.totals.filter((sum) => !stage.home_totals.some((home) => isSame(home, sum)))
  return (
    <section
      className={over && open ? "column over" : "column"}
      aria-labelledby={id}
      onDragOver={(event) => {
        if (!open) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        if (open) drop()
      }}
    >
      <header className="column-head">
        <h2 id={id}>
          {stage.name} <span className="hint">{decimalWords(`${stage.count}`)}</span>
          {stage.retired && <span className="hint"> retired</span>}
        </h2>
        {stage.home_totals.map((sum) => (
          <Total key={sum.currency} sum={sum} open={stage.kind === "OPEN"} />
        ))}
        {further.length > 0 && (
          <div className="hint">
            {further.map((sum) => (
              <Total key={sum.currency} sum={sum} open={stage.kind === "OPEN"} />
            ))}
          </div>
        )}
      </header>
      <div className="column-body">
        {shown.map(card)}
        {shown.length < stage.count && (
          <p className="column-foot">
            {more !== null && (
              <button type="button" className="button small" onClick={more}>
                Show more
              </button>
            )}
            <Link to={all}>All {decimalWords(`${stage.count}`)} as a list</Link>
          </p>
        )}
      </div>
    </section>
  )
}

function Total({ sum, open }: { readonly sum: Sum; readonly open: boolean }) {
  const words = (amount: string) => moneyWords({ amount, currency: sum.currency })
  return (
    <p className="total">
      {words(sum.amount)}
      {open && <span className="hint"> weighted {words(sum.weighted)}</span>}
    </p>
  )
}

/** Whether the sum in the tenant's own currency says what one by currency says. */
function isSame(home: Sum, sum: Sum): boolean {
  return home.currency === sum.currency && home.count === sum.count && home.amount === sum.amount
}
