import type { Accepted } from "@nexus360/client"
import type { Imported, List } from "@nexus360/contract"
import { useState } from "react"
import { useNavigate } from "react-router"
import { useChange } from "../reading/change"
import { useHomeCurrency } from "../reading/currency"
import { useOwnFields } from "../reading/own"
import { Notice, sentence, Trouble } from "../shell/Notice"
import { stepAddress } from "./address"
import { bodyOf, type Chosen, missing, settled, type Source, suggestedChoice } from "./chosen"
import { Mapping } from "./Mapping"
import { type Preview, usePreview } from "./preview"
import { Rules } from "./Rules"
import { Seen } from "./Seen"
import { StageNames } from "./StageNames"
import { fillable, IMPORTS, labelOf } from "./targets"
import { Written } from "./Written"

interface Props {
  readonly list: List
  readonly source: Source
  /** What was chosen before somebody came back to it. */
  readonly before: Chosen | null
}

/** What the file holds, and what becomes of each column. */
export function ColumnsStep({ list, source, before }: Props) {
  const answer = usePreview(source.file, source.target, source.encoding)
  if (answer.isError) return <Unread source={source} error={answer.error} again={() => void answer.refetch()} />
  if (answer.data === undefined || list.imported === null)
    return (
      <p className="loading" role="status">
        Looking at the file…
      </p>
    )
  return <Choose list={list} imported={list.imported} source={source} preview={answer.data} before={before} />
}

interface UnreadProps {
  readonly source: Source
  readonly error: unknown
  readonly again: () => void
}

/** A file that cannot be read in one encoding may be in another. */
function Unread({ source, error, again }: UnreadProps) {
  const navigate = useNavigate()
  return (
    <div className="command narrow">
      <Trouble error={error} again={again} />
      <div className="form-end">
        {source.encoding !== null && (
          <button
            type="button"
            className="button"
            onClick={() => void navigate(stepAddress({ ...source, encoding: null }), { replace: true })}
          >
            Find the encoding
          </button>
        )}
        <OtherFile source={source} />
      </div>
    </div>
  )
}

interface ChooseProps extends Props {
  readonly imported: Imported
  readonly preview: Preview
}

function Choose({ list, imported, source, preview, before }: ChooseProps) {
  const [chosen, setChosen] = useState(() => before ?? suggestedChoice(preview))
  const own = useOwnFields(list.own, null)
  const change = useChange()
  const navigate = useNavigate()
  const said = settled(imported, chosen, useHomeCurrency())
  const fields = fillable(list, own.fields)
  const lacks = missing(imported, chosen).map((name) => labelOf(fields, name))
  const open = preview.undecided.filter((what) => isOpen(what, chosen))
  const ready = !change.busy && lacks.length === 0 && Object.keys(chosen.mapping).length > 0

  async function start(dryRun: boolean, go: (accepted: Accepted) => void) {
    const accepted = await change.send(`/${IMPORTS}`, bodyOf(source, said, dryRun))
    if (accepted !== null) go(accepted)
  }

  /** Whoever goes back finds what they chose. */
  async function tryIt({ id }: Accepted) {
    await navigate(stepAddress(source), { replace: true, state: { chosen } })
    await navigate(stepAddress(source, id), { state: { chosen: said } })
  }

  return (
    <div className="command">
      <Seen preview={preview} source={source} />
      <Mapping preview={preview} fields={fields} chosen={chosen} choose={setChosen} />
      {"stage" in chosen.mapping && <StageNames preview={preview} chosen={chosen} choose={setChosen} />}
      <Written imported={imported} own={own.fields} chosen={chosen} choose={setChosen} />
      <Rules list={list} imported={imported} fields={fields} chosen={chosen} choose={setChosen} />
      {open.length > 0 && (
        <Notice tone="warning">The file leaves open what its {open.join(" and its ")} mean. Say it above.</Notice>
      )}
      {lacks.length > 0 && (
        <Notice tone="warning">No record can do without {lacks.join(", ")}. Choose columns that fill them.</Notice>
      )}
      {change.failure !== null && <Notice tone="error">{sentence(change.failure)}</Notice>}
      <div className="form-end">
        <button
          type="button"
          className="button primary"
          disabled={!ready}
          onClick={() => void start(true, (accepted) => void tryIt(accepted))}
        >
          {change.busy ? "Sending…" : "Try it"}
        </button>
        <button
          type="button"
          className="button"
          disabled={!ready}
          onClick={() => void start(false, ({ id }) => void navigate(`/${IMPORTS}/${encodeURIComponent(id)}`))}
        >
          Import without trying
        </button>
        <OtherFile source={source} />
      </div>
    </div>
  )
}

/** Whether nobody has said yet what the file itself does not tell. */
function isOpen(what: string, chosen: Chosen): boolean {
  if (what === "decimal") return chosen.decimal === ""
  if (what === "dates") return chosen.dates === ""
  return !(what in chosen.mapping)
}

function OtherFile({ source }: { readonly source: Source }) {
  const navigate = useNavigate()
  return (
    <button
      type="button"
      className="button"
      onClick={() => void navigate(`/${IMPORTS}/new?target=${encodeURIComponent(source.target)}`)}
    >
      Another file
    </button>
  )
}
