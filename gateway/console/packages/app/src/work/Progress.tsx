import { decimalWords } from "../words/values"

interface Props {
  readonly done: number
  /** Zero while nobody knows yet. */
  readonly total: number
  /** What is counted, such as "rows". */
  readonly of: string
  /** What is said while nobody knows how much there is. */
  readonly first?: string
}

/** How far work is. */
export function Progress({ done, total, of, first = "Beginning…" }: Props) {
  const said = total === 0 ? first : `${numberWords(done)} of ${numberWords(total)} ${of} are done.`
  return (
    <div className="progress">
      {total === 0 ? <progress aria-label="Progress" /> : <progress aria-label="Progress" value={done} max={total} />}
      <p role="status">{said}</p>
    </div>
  )
}

export function numberWords(number: number): string {
  return decimalWords(`${number}`)
}
