import { describe, expect, test } from "@jest/globals"
import type { Field } from "@nexus360/contract"
import { bodyOf } from "../src/form/body"
import { suggestedKey } from "../src/fields/kinds"
import { singular } from "../src/words/names"
import { dayWords, decimalWords, momentWords, moneyWords } from "../src/words/values"

/** More digits than a float has: 2^53 + 1, and places that no float ends in. */
const EXACT = "9007199254740993.1234"
const digits = (text: string) => text.replace(/\D/g, "")

const field = (name: string, type: Field["type"]): Field => ({
  name,
  doc: "",
  required: false,
  leads: null,
  secret: false,
  type,
})

describe("decimals", () => {
  test("are shown with every digit that they came with", () => {
    expect(digits(decimalWords(EXACT))).toBe(digits(EXACT))
    expect(digits(moneyWords({ amount: EXACT, currency: "USD" }))).toBe(digits(EXACT))
    expect(digits(decimalWords("0.10"))).toBe("01")
  })

  test("are sent as the texts that were typed", () => {
    const fields = [field("amount", { kind: "money" }), field("custom", { kind: "custom" })]
    const own = [field("share", { kind: "number" })]
    const body = bodyOf(fields, { amount: { amount: EXACT, currency: "usd" }, custom: { share: "0.30" } }, {}, own)
    expect(body).toEqual({ amount: { amount: EXACT, currency: "USD" }, custom: { share: "0.30" } })
  })

  test("of a currency that no browser knows are shown all the same", () => {
    expect(moneyWords({ amount: "12.50", currency: "??" })).toContain("??")
  })
})

describe("days", () => {
  test("are the same wherever one is", () => {
    expect(dayWords("2017-03-31")).toContain("31")
    expect(momentWords("2017-07-05T00:00:00Z")).toBe(dayWords("2017-07-05"))
    expect(momentWords("2017-07-05T10:30:00Z")).not.toBe(dayWords("2017-07-05"))
  })
})

describe("a body", () => {
  const fields = [
    field("name", { kind: "text" }),
    field("tags", { kind: "list", of: { kind: "text" } }),
    field("employees", { kind: "integer" }),
    field("custom", { kind: "custom" }),
  ]
  const own = [field("tier", { kind: "choice", choices: ["Gold"] }), field("note", { kind: "text" })]
  const before = { name: "Acme", tags: ["a"], employees: 40, custom: { tier: "Gold", note: "Old" } }

  test("says again what the record has, and of own fields only what is another", () => {
    expect(bodyOf(fields, {}, before, own)).toEqual({ name: "Acme", tags: ["a"], employees: 40 })
    expect(bodyOf(fields, { custom: { tier: "Gold", note: "" } }, before, own)).toMatchObject({
      custom: { note: null },
    })
  })

  test("says what was emptied, and leaves out what was empty", () => {
    expect(bodyOf(fields, { name: "", tags: [] }, before, own)).toMatchObject({ name: null, tags: [] })
    expect(bodyOf(fields, { name: "" }, {}, own)).toEqual({})
  })

  test("sends a whole number that is none as it was typed, for the platform to refuse", () => {
    expect(bodyOf(fields, { employees: "forty" }, {}, own)).toEqual({ employees: "forty" })
  })

  test("takes amounts of lines with the currency beside them", () => {
    const line = field("lines", {
      kind: "list",
      of: { kind: "group", fields: [field("line_id", { kind: "text" }), field("unit_price", { kind: "money" })] },
    })
    const had = { lines: [{ line_id: "1", unit_price: "12.5000", currency: "EUR", net: "25" }] }
    expect(bodyOf([line], {}, had, [])).toEqual({
      lines: [{ line_id: "1", unit_price: { amount: "12.5000", currency: "EUR" } }],
    })
  })
})

test.each([
  ["Our share, percent", "our_share_percent"],
  ["Größe 2", "grosse_2"],
  ["2nd date", "nd_date"],
  ["  ", ""],
  ["x".repeat(50), "x".repeat(40)],
])("the label %p suggests the key %p", (label, key) => expect(suggestedKey(label)).toBe(key))

test.each([
  ["companies", "company"],
  ["addresses", "address"],
  ["deals", "deal"],
  ["field_sets", "field set"],
  ["choices", "choice"],
  ["price_books", "price book"],
])("one of %p is a %p", (many, one) => expect(singular(many)).toBe(one))
