import type { Command } from "@nexus360/contract"
import { valueOf } from "../catalogue/columns"
import { isEmpty } from "../record/Values"
import type { Row } from "../reading/rows"

/** What commands call that of which they put one among others. */
const ONE_OF: Readonly<Record<string, string>> = { contacts: "contact_id" }
/** What closes a deal says this in words of its own. */
const SAID_WITH: Readonly<Record<string, string>> = { won_reason: "reason" }
/** Commands that take a deal to another stage fill in nothing before it is there. */
const MOVES = new Set(["move", "engage", "win", "lose", "reopen"])

/** The fields that a stage requires and a deal lacks, but for those that the command asks for by itself. */
export function lackingOf(required: readonly string[], row: Row, command: Command): readonly string[] {
  return required.filter((name) => isEmpty(valueOf(row, name)) && !asksFor(command, SAID_WITH[name] ?? name))
}

/** The command that fills a field in. */
export function commandFor(name: string, commands: readonly Command[]): Command | null {
  const field = name.startsWith("custom.") ? "custom" : (ONE_OF[name] ?? name)
  return commands.find((command) => !MOVES.has(command.verb) && asksFor(command, field)) ?? null
}

function asksFor(command: Command, field: string): boolean {
  return command.fields.some((each) => each.name === field)
}
