import { type Failure } from "@nexus360/client"
import type { List } from "@nexus360/contract"
import { useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { commandsOf } from "../catalogue/groups"
import { useSend } from "../reading/change"
import type { Row } from "../reading/rows"
import { usePerson } from "../reading/session"
import { sentence } from "../shell/Notice"
import { nameOf, type Stage } from "./board"
import { commandInto, matchOf, type Move } from "./moves"

/** How the last move went, in a sentence. */
export interface Said {
  readonly tone: "done" | "refused"
  readonly text: string
}

/** A card that cannot enter a stage before somebody says more: why it is won or lost, or what the stage requires. */
export interface Asking {
  readonly card: Row
  readonly stage: Stage
  /** The field for whose lack the platform refused it. */
  readonly field: string | null
}

/** Sends cards to stages. They stand there at once, and are taken back when that is refused. */
export function useMoves(list: List) {
  const commands = commandsOf(list, usePerson().permissions, false)
  const send = useSend()
  const queries = useQueryClient()
  const [moves, setMoves] = useState<readonly Move[]>([])
  const [said, setSaid] = useState<Said | null>(null)
  const [asking, setAsking] = useState<Asking | null>(null)

  const place = (card: Row, stage: Stage) =>
    setMoves((now) => [...now.filter((each) => each.card.id !== card.id), { card, to: stage.stage_id }])
  const takeBack = (card: Row) => setMoves((now) => now.filter((each) => each.card !== card))

  function entered(card: Row, stage: Stage) {
    place(card, stage)
    setAsking(null)
    setSaid({ tone: "done", text: `${nameOf(list, card)} is in ${stage.name} now.` })
  }

  function refused(card: Row, stage: Stage, failure: Failure) {
    takeBack(card)
    if (failure.kind === "changed") void queries.invalidateQueries({ queryKey: ["board"] })
    setSaid({ tone: "refused", text: whyNot(nameOf(list, card), failure) })
    if (failure.kind === "refused" && failure.code === "stage_fields_missing")
      setAsking({ card, stage, field: failure.errors[0]?.field ?? null })
  }

  async function move(card: Row, stage: Stage) {
    const command = commandInto(commands, card, stage)
    setSaid(null)
    setAsking(null)
    if (command === null) return
    if (stage.kind !== "OPEN") {
      setAsking({ card, stage, field: null })
      return
    }
    place(card, stage)
    const path = command.path.replace("{id}", encodeURIComponent(card.id))
    const sent = await send(path, { stage_id: stage.stage_id }, matchOf(card["version"]))
    if ("accepted" in sent) entered(card, stage)
    else refused(card, stage, sent.failure)
  }

  const can = (card: Row, stage: Stage) => commandInto(commands, card, stage) !== null
  return { moves, said, asking, commands, can, move, entered, stopAsking: () => setAsking(null) }
}

function whyNot(name: string, failure: Failure): string {
  return failure.kind === "changed"
    ? `Somebody else has changed ${name} meanwhile. It was not moved, and is shown as it is now.`
    : `${name} was not moved. ${sentence(failure)}`
}
