import { describe, expect, test } from "@jest/globals"
import type { Command, Field } from "@nexus360/contract"
import type { Stage } from "../src/board/board"
import { commandFor, lackingOf } from "../src/board/lacking"
import { commandInto, withMoves } from "../src/board/moves"

const stage = (stage_id: string, more: Partial<Stage> = {}): Stage => ({
  stage_id,
  name: stage_id,
  kind: "OPEN",
  probability: 10,
  retired: false,
  count: more.cards?.length ?? 0,
  totals: [],
  home_totals: [],
  cards: [],
  ...more,
})
const field = (name: string): Field => ({
  name,
  doc: "",
  required: false,
  secret: false,
  leads: null,
  type: { kind: "text" },
})
const command = (verb: string, ...fields: readonly string[]): Command => ({
  verb,
  path: `/crm/deals/{id}/${verb}`,
  creates: false,
  bulk: false,
  permission: `crm.deal.${verb}`,
  doc: "",
  fields: fields.map(field),
})

const MOVE = command("move", "stage_id")
const WIN = command("win", "amount", "reason", "stage_id")
const LOSE = command("lose", "reason", "lost_to", "stage_id")
const REOPEN = command("reopen", "stage_id")
const AMOUNT = command("change-amount", "amount")
const CONTACT = command("set-contact", "contact_id", "roles")
const OWN = command("set-fields", "custom")
const COMMANDS = [MOVE, WIN, LOSE, REOPEN, AMOUNT, CONTACT, OWN]
const card = { id: "d-1", stage: "OPEN", stage_id: "lead", version: 3 }

describe("a move", () => {
  const places = (stages: readonly Stage[]) => stages.map(({ count, cards }) => [count, cards.length])

  test("counts until the platform tells something newer of its card", () => {
    const moves = [{ card, to: "demo" }]
    const seen = [stage("lead", { cards: [card], count: 30 }), stage("demo"), stage("gone")]
    expect(places(withMoves(seen, moves))).toEqual([
      [29, 0],
      [1, 1],
      [0, 0],
    ])
    const since = [stage("lead"), stage("demo"), stage("gone", { cards: [{ ...card, version: 5 }] })]
    expect(withMoves(since, moves)).toEqual(since)
  })

  test("is the command that leads there, where one may send it", () => {
    const into = (of: object, to: Stage, may = COMMANDS) => commandInto(may, { ...card, ...of }, to)?.verb
    expect(into({}, stage("demo"))).toBe("move")
    expect(into({ stage: "LOST" }, stage("demo"))).toBe("reopen")
    expect(into({}, stage("won", { kind: "WON" }))).toBe("win")
    expect(into({}, stage("gone", { kind: "LOST" }))).toBe("lose")
    expect(into({}, stage("lead"))).toBeUndefined()
    expect(into({}, stage("old", { retired: true }))).toBeUndefined()
    expect(into({}, stage("demo"), [WIN])).toBeUndefined()
  })
})

describe("what a stage requires", () => {
  test("is lacking where it is empty, unless the command asks for it", () => {
    const row = { ...card, amount: null, contacts: [], lines: [{}], won_reason: null, custom: { tier: "Gold" } }
    const required = ["amount", "contacts", "lines", "won_reason", "custom.tier", "custom.size"]
    expect(lackingOf(required, row, MOVE)).toEqual(["amount", "contacts", "won_reason", "custom.size"])
    expect(lackingOf(required, row, WIN)).toEqual(["contacts", "custom.size"])
  })

  test("is filled in by a command that leaves the deal where it is", () => {
    const verbs = ["amount", "contacts", "custom.tier", "lost_to"].map((name) => commandFor(name, COMMANDS)?.verb)
    expect(verbs).toEqual(["change-amount", "set-contact", "set-fields", undefined])
  })
})
