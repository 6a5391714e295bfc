import type { List } from "@nexus360/contract"
import { useEffect, useRef, useState } from "react"
import type { Shown } from "../catalogue/columns"
import { useIsNow } from "../reading/change"
import type { Row } from "../reading/rows"
import { Notice } from "../shell/Notice"
import { useAsOf } from "../state/store"
import type { Board, Stage } from "./board"
import { Card, cardId } from "./Card"
import { Column } from "./Column"
import { MovePanel } from "./MovePanel"
import { withMoves } from "./moves"
import type { Pipeline } from "./pipelines"
import { useMoves } from "./useMoves"

interface Props {
  readonly list: List
  readonly board: Board
  readonly columns: readonly Shown[]
  readonly pipeline: Pipeline | null
  readonly busy: boolean
  /** By the id of a stage: how many cards are shown, how to show more of them, and where all of them are listed. */
  readonly most: (stage: string) => number
  readonly more: (stage: string) => (() => void) | null
  readonly all: (stage: string) => string
}

/** The stages with their cards, and what comes of moving them. */
export function Deals({ list, board, columns, pipeline, busy, most, more, all }: Props) {
  const { moves, said, asking, commands, can, move, entered, stopAsking } = useMoves(list)
  const [held, setHeld] = useState<Row | null>(null)
  const isNow = useIsNow()
  const asOf = useAsOf()
  const at = asOf === null ? new Date().toISOString() : `${asOf}T23:59:59Z`
  const stages = withMoves(board.stages, moves)
  const keepFocus = useKeptFocus(stages)
  const goals = (card: Row) => (isNow ? stages.filter((stage) => can(card, stage)) : [])

  function sendTo(card: Row, stage: Stage) {
    keepFocus(card.id)
    void move(card, stage)
  }

  return (
    <div className={asking === null ? "board-parts" : "board-parts asking"}>
      <div className="board-said">
        {said?.tone === "refused" && <Notice tone="error">{said.text}</Notice>}
        <p role="status">{said?.tone === "done" ? said.text : ""}</p>
      </div>
      {asking !== null && (
        <MovePanel
          key={`${asking.card.id} ${asking.stage.stage_id}`}
          list={list}
          commands={commands}
          asking={asking}
          pipeline={pipeline}
          move={sendTo}
          entered={(card, stage) => {
            keepFocus(card.id)
            entered(card, stage)
          }}
          cancel={() => {
            keepFocus(asking.card.id)
            stopAsking()
          }}
        />
      )}
      <div className="board" role="group" aria-label="Stages" aria-busy={busy}>
        {stages.map((stage) => (
          <Column
            key={stage.stage_id}
            stage={stage}
            most={most(stage.stage_id)}
            more={more(stage.stage_id)}
            all={all(stage.stage_id)}
            open={held !== null && isNow && can(held, stage)}
            drop={() => {
              if (held !== null) void move(held, stage)
            }}
            card={(card) => (
              <Card
                key={card.id}
                list={list}
                columns={columns}
                card={card}
                at={at}
                goals={goals(card)}
                take={() => setHeld(card)}
                drop={() => setHeld(null)}
                move={(goal) => sendTo(card, goal)}
              />
            )}
          />
        ))}
      </div>
    </div>
  )
}

/** Gives the focus back to the button of a card that was moved: in another column it is another button. */
function useKeptFocus(stages: readonly Stage[]): (id: string) => void {
  const kept = useRef<string | null>(null)
  useEffect(() => {
    if (kept.current === null || document.activeElement !== document.body) return
    document.getElementById(cardId(kept.current))?.querySelector("button")?.focus()
  }, [stages])
  return (id) => {
    kept.current = id
  }
}
