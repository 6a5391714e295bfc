import { useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { useClient } from "../reading/client"
import { Trouble } from "../shell/Notice"
import { type Line, linesOf } from "./separated"

interface Props {
  readonly title: string
  /** Where the report is, a CSV file, and what it is called once somebody keeps it. */
  readonly path: string
  readonly fileName: string
  /** Which lines are to be looked at, if there are any: what went well is in the file alone. */
  readonly matters: ((line: Line) => boolean) | null
  readonly children: (lines: readonly Line[]) => ReactNode
}

const MOST_BYTES = 4 * 1024 * 1024
const FIRST = 10

/** The first lines of a report, and all of it as a file. */
export function Report({ title, path, fileName, matters, children }: Props) {
  const client = useClient()
  const answer = useQuery({
    queryKey: ["report", path],
    enabled: matters !== null,
    queryFn: async ({ signal }) => linesOf(await client.text(path, MOST_BYTES, signal)),
  })
  const lines = matters === null ? [] : (answer.data?.filter(matters) ?? [])
  return (
    <section className="card" aria-label={title}>
      <div className="card-head">
        <h2>{title}</h2>
        <a href={path} download={fileName}>
          Download the report
        </a>
      </div>
      {answer.isError && <Trouble error={answer.error} again={() => void answer.refetch()} />}
      {lines.length > 0 && <div className="rows-frame">{children(lines.slice(0, FIRST))}</div>}
      {lines.length > FIRST && <p className="hint">These are the first {FIRST}; the report has all.</p>}
    </section>
  )
}
