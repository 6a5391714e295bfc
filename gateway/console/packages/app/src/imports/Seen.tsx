import { encodings } from "@nexus360/contract"
import { useNavigate } from "react-router"
import { Notice } from "../shell/Notice"
import { numberWords } from "../work/Progress"
import { stepAddress } from "./address"
import type { Source } from "./chosen"
import type { Preview } from "./preview"

interface Props {
  readonly preview: Preview
  readonly source: Source
}

const DELIMITERS: Readonly<Record<string, string>> = { "\t": "tabs" }

/** What was seen in the file: how it is written, its first rows, and what cannot be used. */
export function Seen({ preview, source }: Props) {
  const { format, encoding, fallback, delimiter, rows, more, columns, first, problems, guessed } = preview
  const said = [
    format === "csv" ? "CSV" : "The first sheet of a workbook",
    ...(encoding === null ? [] : [`in ${encoding}`]),
    ...(delimiter === null ? [] : [`with ${DELIMITERS[delimiter] ?? `“${delimiter}”`} between cells`]),
  ]
  const counted = `${more ? "more than " : ""}${numberWords(rows)} ${rows === 1 ? "row" : "rows"}`
  return (
    <section className="card" aria-label="What the file holds">
      <p role="status">
        {said.join(" ")}: {counted}.
      </p>
      {guessed.length > 0 && (
        <Notice tone="warning">
          These lines are no UTF-8 and were read as {fallback}: {guessed.join(", ")}. Choose another if that is wrong.
        </Notice>
      )}
      {problems.length > 0 && (
        <Notice tone="warning">
          <span>Rows that cannot be used:</span>
          <ul>
            {problems.map(({ line, reason }) => (
              <li key={line}>
                Line {line}: {reason}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <details className="under">
        <summary>The first rows</summary>
        <div className="rows-frame">
          <table className="rows">
            <thead>
              <tr>
                {columns.map(({ name }, at) => (
                  <th key={at} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {first.map((cells, at) => (
                <tr key={at}>
                  {cells.map((cell, place) => (
                    <td key={place}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
      {format === "csv" && <Encoding source={source} />}
    </section>
  )
}

function Encoding({ source }: { readonly source: Source }) {
  const navigate = useNavigate()
  const read = (encoding: string) =>
    void navigate(stepAddress({ ...source, encoding: encoding === "" ? null : encoding }), { replace: true })
  return (
    <p className="together">
      <label htmlFor="import-encoding">Lines that are no UTF-8 are in</label>
      <select id="import-encoding" value={source.encoding ?? ""} onChange={(event) => read(event.target.value)}>
        <option value="">what fits them</option>
        {encodings.map((encoding) => (
          <option key={encoding} value={encoding}>
            {encoding}
          </option>
        ))}
      </select>
    </p>
  )
}
