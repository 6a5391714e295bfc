import { describe, expect, test } from "@jest/globals"
import { fireEvent, screen, waitFor, within } from "@testing-library/react"
import type { Group } from "../src/report/groups"
import { less } from "../src/words/values"
import { json, openAt, type Request } from "./platform"

const MARCH = { month: "2017-03", currency: "USD", count: 2, amount: "9007199254740993.25" }
const APRIL = { month: "2017-04", currency: "USD", count: 1, amount: "10" }
const BEFORE = { month: "2017-03", currency: "USD", count: 1, amount: "9007199254740993.2" }
const FEBRUARY = { month: "2017-02", currency: "EUR", count: 1, amount: "5" }

type Adds = (query: URLSearchParams) => readonly Group[]

const adding = (adds: Adds) => (request: Request) =>
  request.path === "/crm/won-revenue" ? json({ items: adds(request.query) }) : undefined

/** What was won, and what was known of it on the last of June. */
const revenue = adding((query) => {
  const then = query.get("as_of") === "2017-06-30"
  if (query.get("by") === "company") return [{ company_id: "c-1", company_name: "Acme", count: 3, amount: null }]
  if (query.get("by") === "") return [{ currency: "USD", count: then ? 1 : 3, amount: then ? BEFORE.amount : "11" }]
  return then ? [FEBRUARY, BEFORE] : [MARCH, APRIL]
})

const address = () => screen.getByTestId("address").textContent
const cells = (row: HTMLElement) => [...row.children].map((cell) => cell.textContent)
const rows = async () => within(await screen.findByRole("table")).getAllByRole("row")

describe("reports", () => {
  test("that one may read are listed, and lead to their pages", async () => {
    const { user } = openAt("/crm/deals", revenue)
    await user.click(await screen.findByRole("link", { name: "Reports" }))
    const report = await screen.findByRole("link", { name: "Won revenue" })
    expect(report).toHaveAttribute("href", "/reports/crm/won-revenue")
    expect(screen.getByText("Revenue of the deals won.")).toBeInTheDocument()
    expect(screen.queryByRole("link", { name: "Entry counts" })).toBeNull()
  })

  test("that one may not read are no pages", async () => {
    openAt("/reports/audit/entry-counts")
    expect(await screen.findByText("There is nothing here")).toBeInTheDocument()
  })
})

describe("a report", () => {
  test("shows groups, what all come to as the platform tells it, and bars", async () => {
    const { asked } = openAt("/reports/crm/won-revenue", revenue)
    const table = await rows()
    expect(table.map((row) => row.textContent)).toEqual([
      "MonthCurrencyCountAmount",
      "Mar 2017USD2$9,007,199,254,740,993.25",
      "Apr 2017USD1$10",
      "In allUSD3$11",
    ])
    expect(asked("/crm/won-revenue").map(({ query }) => query.get("by"))).toEqual(["month", ""])
    const bars = within(screen.getByRole("list", { name: "Amount, USD" })).getAllByRole("listitem")
    expect(bars.map((bar) => bar.textContent)).toEqual(["Mar 2017$9,007,199,254,740,993.25", "Apr 2017$10"])
    const lengths = bars.map((bar) => Number(bar.querySelector("rect")?.getAttribute("width")))
    expect(lengths[0]).toBe(100)
    expect(lengths[1]).toBeLessThan(1)
  })

  test("is asked what its address says, as of the day that is shown", async () => {
    const { asked } = openAt(
      "/reports/crm/won-revenue?by=company,month&company_id=c-1&closed_at.gte=2017-01-01T00:00:00Z&as_of=2017-07-01",
      revenue,
    )
    await screen.findByRole("table")
    const query = asked("/crm/won-revenue")[0]?.query
    expect(Object.fromEntries(query ?? [])).toEqual({
      by: "company,month",
      company_id: "c-1",
      "closed_at.gte": "2017-01-01T00:00:00Z",
      as_of: "2017-07-01",
    })
  })

  test("is grouped and drawn in another way, which its address says", async () => {
    const { user } = openAt("/reports/crm/won-revenue", revenue)
    await user.click(await screen.findByRole("button", { name: "Grouped by month" }))
    await user.click(screen.getByRole("checkbox", { name: "Company" }))
    await waitFor(() => expect(address()).toBe("/reports/crm/won-revenue?by=month,company"))
    await user.click(screen.getByRole("checkbox", { name: "Month" }))
    await waitFor(() => expect(address()).toBe("/reports/crm/won-revenue?by=company"))
    expect(await screen.findByRole("columnheader", { name: "Company" })).toBeInTheDocument()
    await user.selectOptions(screen.getByRole("combobox", { name: "Bars show" }), "Count")
    await waitFor(() => expect(address()).toBe("/reports/crm/won-revenue?by=company&show=count"))
    expect(screen.getByRole("list", { name: "Count" })).toBeInTheDocument()
    await user.click(screen.getByRole("button", { name: "Grouped by company" }))
    await user.click(screen.getByRole("checkbox", { name: "Company" }))
    await waitFor(() => expect(address()).toBe("/reports/crm/won-revenue?by=&show=count"))
  })

  test("shows nothing under headings that are not its own", async () => {
    const { user } = openAt("/reports/crm/won-revenue", (request) =>
      request.query.get("by") === "month,company" ? new Promise<Response>(() => undefined) : revenue(request),
    )
    await user.click(await screen.findByRole("button", { name: "Grouped by month" }))
    expect(await screen.findByRole("table")).toBeInTheDocument()
    await user.click(screen.getByRole("checkbox", { name: "Company" }))
    await waitFor(() => expect(screen.queryByRole("table")).toBeNull())
  })

  test("is narrowed by what it names", async () => {
    const { user } = openAt("/reports/crm/won-revenue", revenue)
    await user.click(await screen.findByRole("button", { name: "+ Filter" }))
    const offered = within(screen.getByLabelText("Column")).getAllByRole("option")
    expect(offered.map((option) => option.textContent)).toEqual(["Closed", "Company", "Customer tier"])
    await user.selectOptions(screen.getByLabelText("Operator"), "is empty")
    await user.click(screen.getByRole("button", { name: "Add" }))
    await waitFor(() => expect(address()).toMatch(/^\/reports\/crm\/won-revenue\?\w+(\.\w+)*=true$/))
  })

  test("is compared with another day, to the last digit", async () => {
    const { asked } = openAt("/reports/crm/won-revenue", revenue)
    fireEvent.change(await screen.findByLabelText("Compare with"), { target: { value: "2017-06-30" } })
    await waitFor(() => expect(address()).toBe("/reports/crm/won-revenue?compare=2017-06-30"))
    await screen.findByText("+$0.05")
    const said = (await rows()).map(cells)
    expect(said.slice(1)).toEqual([
      ["Mar 2017", "USD", "2", "1", "+1", "$9,007,199,254,740,993.25", "$9,007,199,254,740,993.20", "+$0.05"],
      ["Apr 2017", "USD", "1", "0", "+1", "$10", "$0", "+$10"],
      ["Feb 2017", "EUR", "0", "1", "-1", "€0", "€5", "-€5"],
      ["In all", "USD", "3", "1", "+2", "$11", "$9,007,199,254,740,993.20", "-$9,007,199,254,740,982.20"],
    ])
    expect(screen.getByRole("columnheader", { name: "Amount, Jun 30, 2017" })).toBeInTheDocument()
    expect(asked("/crm/won-revenue").at(-1)?.query.get("as_of")).toBe("2017-06-30")
  })

  test("leads to the records of a group, where the list can be asked for just those", async () => {
    openAt("/reports/crm/won-revenue?company_id=c-1", revenue)
    const list = async (name: string) => {
      const link = await screen.findByRole("link", { name })
      return decodeURIComponent(link.getAttribute("href") ?? "")
    }
    const april = "closed_at.gte=2017-04-01T00:00:00Z&closed_at.lt=2017-05-01T00:00:00Z"
    expect(await list("Apr 2017")).toBe(`/crm/deals?stage=WON&company_id=c-1&${april}`)
  })

  test("leads to those of a currency, where there are several", async () => {
    openAt(
      "/reports/crm/won-revenue?by=company&closed_at.gte=2017-01-05T00:00:00Z",
      adding(() => [
        { company_id: "c-1", company_name: "Acme", currency: "EUR", count: 1, amount: "5" },
        { company_id: "c-1", company_name: "Acme", currency: null, count: 1, amount: null },
        { company_id: null, company_name: null, currency: "USD", count: 1, amount: "7" },
      ]),
    )
    const links = (await screen.findAllByRole("row")).flatMap((row) => within(row).queryAllByRole("link"))
    const since = "stage=WON&closed_at.gte=2017-01-05T00:00:00Z"
    expect(links.map((link) => [link.textContent, decodeURIComponent(link.getAttribute("href") ?? "")])).toEqual([
      ["Acme", `/crm/deals?${since}&company_id=c-1&amount_currency=EUR`],
      ["Acme", `/crm/deals?${since}&company_id=c-1&amount_currency.null=true`],
      ["None", `/crm/deals?${since}&company_id.null=true`],
    ])
    expect(screen.getByRole("table")).not.toHaveTextContent("NaN")
  })

  test("leads nowhere from a group that its filters cut", async () => {
    openAt("/reports/crm/won-revenue?closed_at.gte=2017-03-05T00:00:00Z", revenue)
    const [, march] = await rows()
    expect(march).toHaveTextContent("Mar 2017")
    expect(screen.queryByRole("link", { name: "Mar 2017" })).toBeNull()
  })

  test("is there as a file, grouped as it is shown", async () => {
    const { user } = openAt("/reports/crm/won-revenue?by=company&company_id=c-1&as_of=2017-06-30", revenue)
    await user.click(await screen.findByRole("button", { name: "Download" }))
    expect(screen.getByRole("link", { name: "Parquet" }).getAttribute("href")).toBe(
      "/crm/won-revenue?company_id=c-1&as_of=2017-06-30&by=company&format=parquet",
    )
  })
})

test.each([
  ["2", "1.95", "0.05"],
  ["1.5", "2", "-0.5"],
  ["-1", "-1.00", "0.00"],
  ["9007199254740993.25", "9007199254740993", "0.25"],
  ["7", "10", "-3"],
] as const)("%s less %s is %s", (of, taken, left) => {
  expect(less(of, taken)).toBe(left)
})
