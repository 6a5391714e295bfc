import type { Command } from "@nexus360/contract"
import type { Row } from "../reading/rows"
import type { Stage } from "./board"

/** A card that was sent to another stage, as it was seen then. */
export interface Move {
  readonly card: Row
  readonly to: string
}

/** The stages with the cards where they were sent to. A move counts as long as its card is shown as it was before: what
 * the platform tells of it since stands instead. */
export function withMoves(stages: readonly Stage[], moves: readonly Move[]): readonly Stage[] {
  return moves.reduce(moved, stages)
}

function moved(stages: readonly Stage[], { card, to }: Move): readonly Stage[] {
  const from = stages.find((stage) => stage.cards.some((each) => isAs(each, card)))
  if (from === undefined || from.stage_id === to) return stages
  return stages.map((stage) => {
    if (stage === from)
      return { ...stage, count: stage.count - 1, cards: stage.cards.filter((each) => each.id !== card.id) }
    return stage.stage_id === to ? { ...stage, count: stage.count + 1, cards: [card, ...stage.cards] } : stage
  })
}

function isAs(now: Row, seen: Row): boolean {
  return now.id === seen.id && now["version"] === seen["version"]
}

/** The command by which a card enters a stage, if it is one of those that one may send. */
export function commandInto(commands: readonly Command[], card: Row, stage: Stage): Command | null {
  if (stage.retired || card["stage_id"] === stage.stage_id) return null
  const verb = verbInto(card, stage)
  return commands.find((command) => command.verb === verb) ?? null
}

function verbInto(card: Row, stage: Stage): string {
  switch (stage.kind) {
    case "WON":
      return "win"
    case "LOST":
      return "lose"
    case "OPEN":
      return card["stage"] === "WON" || card["stage"] === "LOST" ? "reopen" : "move"
    default:
      return stage.kind satisfies never
  }
}

/** The version by which a change says what it saw. */
export function matchOf(version: unknown): string | null {
  return typeof version === "number" ? `"${version}"` : null
}
