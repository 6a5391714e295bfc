import { describe, expect, test } from "@jest/globals"
import {
  type Asked,
  NOTHING,
  readAddress,
  turned,
  withFilter,
  withoutFilter,
  writeAddress,
} from "../src/asking/address"
import { queryOf, whereOf } from "../src/asking/query"

const filter = (column: string, operator: string, value: string) => ({ column, operator, value })

const ASKED: readonly Asked[] = [
  NOTHING,
  {
    ...NOTHING,
    filters: [filter("stage", "eq", "WON"), filter("amount", "gte", "1000.50"), filter("name", "contains", "a&b=c d")],
  },
  {
    ...NOTHING,
    filters: [
      filter("custom.budget", "lt", "100 USD"),
      filter("custom.in", "eq", "x"),
      filter("custom.in", "in", "x,y"),
      filter("closed_at", "null", "true"),
    ],
  },
  {
    filters: [],
    sort: [
      { column: "stage", down: false },
      { column: "custom.share", down: true },
    ],
    q: "žluť ",
    view: "v-1",
    trash: true,
  },
]

describe("the address of a list", () => {
  test.each(ASKED)("says all that it is asked, %#", (asked) => {
    expect(readAddress(new URLSearchParams(writeAddress(asked).toString()))).toEqual(asked)
  })

  test("is written as the API takes it", () => {
    expect(decodeURIComponent(writeAddress(ASKED[1] ?? NOTHING).toString())).toContain("stage=WON&amount.gte=1000.50")
  })

  test("has one filter of a column and an operator", () => {
    const once = withFilter(NOTHING, filter("amount", "gte", "1"))
    const twice = withFilter(once, filter("amount", "gte", "2"))
    expect(twice.filters).toEqual([filter("amount", "gte", "2")])
    expect(withoutFilter(twice, filter("amount", "gte", "")).filters).toEqual([])
  })

  test("turns a column up, down and back", () => {
    const up = turned([{ column: "name", down: true }], "amount")
    const down = turned(up, "amount")
    expect([up, down, turned(down, "amount")]).toEqual([
      [{ column: "amount", down: false }],
      [{ column: "amount", down: true }],
      [],
    ])
  })
})

describe("the question to the API", () => {
  test("has the day as of which it is asked, and whose days its dates are", () => {
    const asked = { ...NOTHING, filters: [filter("closed_at", "gte", "this_month")] }
    expect(queryOf(asked, { fields: ["name", "custom.tier"], asOf: "2017-06-30" })).toMatchObject({
      "closed_at.gte": "this_month",
      fields: "name,custom.tier",
      as_of: "2017-06-30",
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    })
    expect(queryOf(NOTHING, { fields: [], asOf: null })["zone"]).toBeNull()
  })

  test("is kept in a view as the JSON of `where`, within the view before it", () => {
    const asked = { ...NOTHING, filters: [filter("stage", "in", "WON,LOST"), filter("custom.big", "null", "false")] }
    expect(JSON.parse(whereOf(asked, '{"region":"West"}') ?? "")).toEqual({
      all: [{ region: "West" }, { stage: { in: ["WON", "LOST"] } }, { custom: { big: { null: false } } }],
    })
    expect(whereOf(NOTHING, null)).toBeNull()
  })
})
