import { beforeEach, describe, expect, test } from "@jest/globals"
import { screen, waitFor, within } from "@testing-library/react"
import { accepted, DEAL, openAt, page, problem } from "./platform"

beforeEach(() => localStorage.clear())

const address = () => screen.getByTestId("address").textContent
const headers = async () =>
  within(await screen.findByRole("table"))
    .getAllByRole("columnheader")
    .map((header) => header.textContent)

describe("a list", () => {
  test("shows what the catalogue says, with names that lead on and fields of the tenant's own", async () => {
    const { asked } = openAt("/crm/deals")
    expect(await headers()).toEqual(["Name", "Company", "Stage", "Amount", "Closed", "Customer tier"])
    expect(screen.getByRole("link", { name: "Ten chairs" })).toHaveAttribute("href", "/crm/deals/d-1")
    expect(screen.getByRole("link", { name: "Acme" })).toHaveAttribute("href", "/crm/companies/c-1")
    expect(screen.getByText("Gold")).toBeInTheDocument()
    expect(asked("/crm/deals")[0]?.query.get("fields")).toBe(
      "name,company_name,stage,amount,closed_at,custom.tier,company_id",
    )
  })

  test("that one may not read is not offered", async () => {
    openAt("/crm/deals")
    const side = await screen.findByRole("navigation", { name: "Lists" })
    expect(within(side).getByRole("link", { name: "Companies" })).toBeInTheDocument()
    expect(within(side).queryByRole("link", { name: "Entries" })).toBeNull()
  })

  test("is asked what its address says", async () => {
    const { asked } = openAt("/crm/deals?stage=WON&amount.gte=1000&sort=-amount&q=chair&custom.tier=Gold")
    await screen.findByRole("table")
    const query = asked("/crm/deals")[0]?.query
    expect([
      query?.get("stage"),
      query?.get("amount.gte"),
      query?.get("sort"),
      query?.get("q"),
      query?.get("custom.tier"),
    ]).toEqual(["WON", "1000", "-amount", "chair", "Gold"])
    expect(screen.getByText("is at least")).toBeInTheDocument()
  })

  test("takes filters in words, own fields too, and puts them into the address", async () => {
    const { user } = openAt("/crm/deals")
    await user.click(await screen.findByRole("button", { name: "+ Filter" }))
    await user.selectOptions(screen.getByLabelText("Column"), "Customer tier")
    await user.selectOptions(screen.getByLabelText("Operator"), "is not")
    await user.selectOptions(screen.getByLabelText("Value"), "Silver")
    await user.click(screen.getByRole("button", { name: "Add" }))
    await waitFor(() => expect(address()).toBe("/crm/deals?custom.tier.ne=Silver"))
    await user.click(screen.getByRole("button", { name: /Take away: Customer tier/ }))
    await waitFor(() => expect(address()).toBe("/crm/deals"))
  })

  test("is filtered by a record that is found by its name", async () => {
    const { user, asked } = openAt("/crm/deals")
    await user.click(await screen.findByRole("button", { name: "+ Filter" }))
    await user.selectOptions(screen.getByLabelText("Column"), "Company")
    await user.type(screen.getByRole("combobox", { name: "Value" }), "acm")
    await waitFor(() => expect(asked("/crm/companies").at(-1)?.query.get("q")).toBe("acm"))
    await user.click(await screen.findByRole("option", { name: "Acme" }))
    await user.click(screen.getByRole("button", { name: "Add" }))
    await waitFor(() => expect(address()).toBe("/crm/deals?company_id=c-1"))
    expect(await screen.findByRole("button", { name: "Take away: Company is Acme" })).toBeInTheDocument()
  })

  test("is sorted by its headers: up, down, and as it was", async () => {
    const { user } = openAt("/crm/deals")
    const amount = async () =>
      user.click(within(await screen.findByRole("table")).getByRole("button", { name: "Amount" }))
    for (const [sorted, at] of [
      ["ascending", "?sort=amount"],
      ["descending", "?sort=-amount"],
      ["none", ""],
    ] as const) {
      await amount()
      await waitFor(() => expect(address()).toBe(`/crm/deals${at}`))
      expect(screen.getByRole("columnheader", { name: "Amount" })).toHaveAttribute("aria-sort", sorted)
    }
  })

  test("goes on where it ended", async () => {
    const { user } = openAt("/crm/deals", ({ path, query }) =>
      path !== "/crm/deals"
        ? undefined
        : query.get("cursor") === "next"
          ? page([{ ...DEAL, id: "d-2", name: "Two desks" }])
          : page([DEAL], "next"),
    )
    await user.click(await screen.findByRole("button", { name: "Show more" }))
    expect(await screen.findByRole("link", { name: "Two desks" })).toBeInTheDocument()
    expect(screen.getByText("All 2")).toBeInTheDocument()
  })

  test("remembers the columns that were chosen", async () => {
    const { user } = openAt("/crm/deals")
    await screen.findByRole("table")
    await user.click(screen.getByRole("button", { name: "Columns" }))
    await user.click(screen.getByRole("checkbox", { name: /Customer tier/ }))
    await waitFor(async () => expect(await headers()).not.toContain("Customer tier"))
    expect(JSON.parse(localStorage.getItem("nexus360.columns") ?? "{}")).toEqual({
      "crm/deals": ["name", "company_name", "stage", "amount", "closed_at"],
    })
  })

  test("says why it cannot be shown", async () => {
    openAt("/crm/deals?amount.gte=x", ({ path }) =>
      path === "/crm/deals" ? problem(400, "bad_value", "amount must be a number, not 'x'") : undefined,
    )
    expect(await screen.findByRole("alert")).toHaveTextContent("amount must be a number")
  })

  test("is kept as a view of one's own, and shown by it", async () => {
    const { user, posts, asked } = openAt("/crm/deals?stage=WON&sort=-amount", ({ method, path }) =>
      method === "POST" && path === "/admin/saved-views" ? accepted("v-1") : undefined,
    )
    await screen.findByRole("table")
    await user.click(screen.getByRole("button", { name: "Views" }))
    await user.type(screen.getByLabelText("Save this as a view"), "Won")
    await user.click(screen.getByRole("button", { name: "Save" }))
    await waitFor(() => expect(address()).toBe("/crm/deals?view=v-1"))
    expect(posts()[0]?.body).toMatchObject({
      list: "crm/deals",
      name: "Won",
      owner_id: "u-1",
      where: '{"stage":"WON"}',
      sort: "-amount",
    })
    await waitFor(() => expect(asked("/crm/deals").at(-1)?.query.get("view")).toBe("v-1"))
  })

  test("downloads what it shows", async () => {
    const { user } = openAt("/crm/deals?stage=WON")
    await user.click(await screen.findByRole("button", { name: "Download" }))
    expect(screen.getByRole("link", { name: "Excel" }).getAttribute("href")).toMatch(
      /^\/crm\/deals\?stage=WON&fields=.*&format=xlsx$/,
    )
  })
})
