import { numberWords } from "./Progress"

/** What became of how many. */
export function Counts({ counts }: { readonly counts: readonly (readonly [string, number])[] }) {
  return (
    <dl className="counts">
      {counts.map(([label, count]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{numberWords(count)}</dd>
        </div>
      ))}
    </dl>
  )
}
