import type { Command, List } from "@nexus360/contract"
import { useEffect, useRef, useState } from "react"
import { columnsOf } from "../catalogue/columns"
import { useLists } from "../catalogue/context"
import { CommandPanel } from "../record/CommandPanel"
import { useOwnFields } from "../reading/own"
import { type Row, useRecord } from "../reading/rows"
import { RecordLink } from "../shell/RecordLink"
import { Trouble } from "../shell/Notice"
import { columnWords } from "../words/names"
import { nameOf, type Stage } from "./board"
import { commandFor, lackingOf } from "./lacking"
import { commandInto, matchOf } from "./moves"
import { type Pipeline, useReasons } from "./pipelines"
import type { Asking } from "./useMoves"

interface Props {
  readonly list: List
  readonly commands: readonly Command[]
  readonly asking: Asking
  readonly pipeline: Pipeline | null
  readonly move: (card: Row, stage: Stage) => void
  readonly entered: (card: Row, stage: Stage) => void
  readonly cancel: () => void
}

const ANYTHING = {}

/** What is to be said before a card enters a stage: first what the stage requires and the deal lacks, then why it is
 * won or lost. Each is sent for the version that was seen on the board, or read here since. */
export function MovePanel({ list, commands, asking, pipeline, move, entered, cancel }: Props) {
  const { card, stage } = asking
  const [seen, setSeen] = useState(card["version"])
  const answer = useRecord(list, card.id, ANYTHING)
  const own = useOwnFields(list.own, null)
  const columns = columnsOf(useLists(), list, own.fields)
  const into = commandInto(commands, card, stage)
  const reasons = useReasons(pipeline, stage.kind === "LOST" ? "LOST" : "WON")
  const row = answer.data?.value
  if (answer.isError && row === undefined) return <Trouble error={answer.error} again={() => void answer.refetch()} />
  if (row === undefined || into === null) return null

  const said = pipeline?.stages.find((each) => each.stage_id === stage.stage_id)?.required ?? []
  const required = asking.field === null || said.includes(asking.field) ? said : [...said, asking.field]
  const lacking = lackingOf(required, row, into)
  const wanted = lacking[0]
  const filling = wanted === undefined ? null : commandFor(wanted, commands)
  const labels = lacking.map((name) => columns.find((column) => column.name === name)?.label ?? columnWords(name))

  async function readAgain() {
    setSeen((await answer.refetch()).data?.value["version"] ?? seen)
  }

  const form = { row, etag: matchOf(seen), own: own.fields, cancel, readAgain: () => void readAgain() }
  return (
    <div className="board-panel">
      <p>
        <RecordLink list={list.key} id={card.id}>
          {nameOf(list, row)}
        </RecordLink>{" "}
        to {stage.name}
        {lacking.length > 0 && <>, which requires {labels.join(", ")}</>}
      </p>
      {wanted !== undefined && filling !== null && (
        <CommandPanel {...form} key={wanted} command={filling} done={(accepted) => setSeen(accepted.version)} />
      )}
      {wanted !== undefined && filling === null && <p className="hint">You may not fill that in.</p>}
      {wanted === undefined && stage.kind !== "OPEN" && (
        <CommandPanel
          {...form}
          command={closing(into, reasons)}
          besides={{ stage_id: stage.stage_id }}
          done={() => entered({ ...row, version: seen }, stage)}
        />
      )}
      {wanted === undefined && stage.kind === "OPEN" && (
        <Ready stage={stage} move={() => move({ ...row, version: seen }, stage)} cancel={cancel} />
      )}
    </div>
  )
}

interface ReadyProps {
  readonly stage: Stage
  readonly move: () => void
  readonly cancel: () => void
}

/** All that the stage requires is there. */
function Ready({ stage, move, cancel }: ReadyProps) {
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => button.current?.focus(), [])
  return (
    <div className="form-end">
      <button ref={button} type="button" className="button primary" onClick={move}>
        Move to {stage.name}
      </button>
      <button type="button" className="button" onClick={cancel}>
        Cancel
      </button>
    </div>
  )
}

/** The command that closes a deal: the stage is known by now, and reasons are chosen where there are some. */
function closing(command: Command, reasons: readonly string[]): Command {
  const fields = command.fields.filter((field) => field.name !== "stage_id")
  if (reasons.length === 0) return { ...command, fields }
  return {
    ...command,
    fields: fields.map((field) =>
      field.name === "reason" ? { ...field, type: { kind: "choice", choices: reasons } } : field,
    ),
  }
}
