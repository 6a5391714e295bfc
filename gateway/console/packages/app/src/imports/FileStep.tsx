import type { List } from "@nexus360/contract"
import { type SyntheticEvent, useState } from "react"
import { useNavigate } from "react-router"
import { useUpload } from "../reading/upload"
import { Notice, sentence } from "../shell/Notice"
import { words } from "../words/names"
import { stepAddress } from "./address"

interface Props {
  readonly targets: readonly List[]
  readonly target: string | null
}

/** Which file, and what its rows become. */
export function FileStep({ targets, target }: Props) {
  const [chosen, setChosen] = useState(target ?? targets[0]?.record ?? "")
  const [file, setFile] = useState<File | null>(null)
  const upload = useUpload()
  const navigate = useNavigate()

  async function submit(event: SyntheticEvent) {
    event.preventDefault()
    if (file === null) return
    const sent = await upload.send(file)
    if (sent !== null) void navigate(stepAddress({ target: chosen, file: sent.file, name: file.name, encoding: null }))
  }

  return (
    <form className="card command narrow" aria-label="File" onSubmit={(event) => void submit(event)}>
      <div className="field">
        <label htmlFor="import-target">The rows become</label>
        <select id="import-target" value={chosen} onChange={(event) => setChosen(event.target.value)}>
          {targets.map((list) => (
            <option key={list.key} value={list.record ?? ""}>
              {words(list.name)}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor="import-file">The file</label>
        <input
          id="import-file"
          type="file"
          accept=".csv,.tsv,.txt,.xlsx"
          aria-describedby="import-file-hint"
          onChange={(event) => setFile(event.target.files?.[0] ?? null)}
        />
        <p className="hint" id="import-file-hint">
          CSV, or the first sheet of an XLSX workbook. The first row names the columns. Nothing is imported yet.
        </p>
      </div>
      {upload.failure !== null && <Notice tone="error">{sentence(upload.failure)}</Notice>}
      <div className="form-end">
        <button type="submit" className="button primary" disabled={upload.busy || file === null}>
          {upload.busy ? "Sending…" : "Look at it"}
        </button>
      </div>
    </form>
  )
}
