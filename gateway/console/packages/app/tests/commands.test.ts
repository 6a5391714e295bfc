import { describe, expect, test } from "@jest/globals"
import type { Command, Field } from "@nexus360/contract"
import { beforeOf } from "../src/record/commands"

const field = (name: string): Field => ({
  name,
  doc: "",
  required: false,
  leads: null,
  secret: false,
  type: { kind: "text" },
})
const command = (verb: string, ...names: readonly string[]): Command => ({
  verb,
  path: "",
  creates: false,
  bulk: false,
  permission: "",
  doc: "",
  fields: names.map(field),
})
const deal = {
  id: "d1",
  version: 3,
  parked: false,
  next_step: "Call",
  forecast_category: "COMMIT",
  category_said: null,
  amount: { amount: "30", currency: "USD" },
  amount_said: { amount: "20", currency: "USD" },
}

describe("what a form begins with", () => {
  test("is what the record says by these names", () => {
    expect(beforeOf(command("plan", "next_step", "at"), deal)).toEqual({ next_step: "Call" })
  })

  test("is what somebody said, not what follows from the stage or from lines", () => {
    const names = ["forecast_category", "amount"]
    expect(beforeOf(command("plan", ...names), deal)).toEqual({ forecast_category: null, amount: deal.amount_said })
  })

  test("is nothing of what one may not see, nor of whom something is shared with", () => {
    const unseen = { ...deal, amount: null, amount_said: null, hidden: ["amount", "amount_said"] }
    expect(beforeOf(command("revise", "amount"), unseen)).toEqual({})
    expect(beforeOf(command("share", "next_step"), deal)).toEqual({})
  })
})
