import { describe, expect, test } from "@jest/globals"
import { screen, waitFor, within } from "@testing-library/react"
import { accepted, DEAL, json, openAt, page, problem, type Request } from "./platform"

const address = () => screen.getByTestId("address").textContent
const is = (method: string, path: string) => (request: Request) => request.method === method && request.path === path
const changes = is("POST", "/crm/deals/d-1/change")

const HAPPENED = {
  type: "crm.DealWon",
  aggregate: "deal",
  id: "d-1",
  version: 1,
  occurred_at: "2017-03-31T00:00:00Z",
  actor: "user:u-1",
  actor_name: "Ann",
  name: "Ten chairs",
}

async function openAction(user: ReturnType<typeof openAt>["user"], name: string) {
  await user.click(await screen.findByRole("button", { name: "Actions" }))
  await user.click(screen.getByRole("button", { name }))
  return screen.findByRole("form", { name })
}

describe("a record", () => {
  test("shows its values, its own fields with their help, and who names it", async () => {
    openAt("/crm/deals/d-1")
    expect(await screen.findByRole("heading", { name: "Ten chairs" })).toBeInTheDocument()
    expect(screen.getByRole("link", { name: "Acme" })).toHaveAttribute("href", "/crm/companies/c-1")
    expect(screen.getByText("$9,007,199,254,740,993.25")).toBeInTheDocument()
    const own = await screen.findByRole("region", { name: "Fields of your own" })
    expect(within(own).getByText("How they are treated.")).toBeInTheDocument()
    expect(within(own).getByText("Gold")).toBeInTheDocument()
  })

  test("shows the records of other lists that name it", async () => {
    const { asked } = openAt("/crm/companies/c-1")
    const deals = await screen.findByRole("region", { name: "Deals" })
    expect(within(deals).getByRole("link", { name: "Ten chairs" })).toBeInTheDocument()
    expect(within(deals).getByRole("link", { name: "As a list" })).toHaveAttribute("href", "/crm/deals?company_id=c-1")
    expect(Object.fromEntries(asked("/crm/companies/c-1")[0]?.query ?? [])).toEqual({
      with: "timeline,deals,imports",
      limit: "5",
      "limit.timeline": "20",
    })
    expect(asked("/crm/deals")).toEqual([])
    expect(asked("/crm/companies/c-1/timeline")).toEqual([])
  })

  test("tells what happened to it, page after page", async () => {
    const event = (id: string, sentence: string) => ({ ...HAPPENED, event_id: id, sentence })
    const { user, asked } = openAt("/crm/deals/d-1", ({ path, query }) => {
      if (path === "/crm/deals/d-1")
        return json({ ...DEAL, with: { timeline: { items: [event("e-2", "The deal was won.")], next_cursor: "next" } } })
      if (path !== "/crm/deals/d-1/timeline") return undefined
      return query.get("cursor") === "next" ? page([event("e-1", "A deal was opened.")]) : page([])
    })
    const timeline = await screen.findByRole("region", { name: "Timeline" })
    expect(await within(timeline).findByText("The deal was won.")).toBeInTheDocument()
    await user.click(within(timeline).getByRole("button", { name: "Show more" }))
    expect(await within(timeline).findByText("A deal was opened.")).toBeInTheDocument()
    expect(within(timeline).getByText("The deal was won.")).toBeInTheDocument()
    expect(within(timeline).queryByRole("button", { name: "Show more" })).toBeNull()
    expect(asked("/crm/deals/d-1/timeline")).toHaveLength(1)
  })

  test("reads all of what happened again once more of it was wanted and something has changed", async () => {
    const event = (id: string, sentence: string) => ({ ...HAPPENED, event_id: id, sentence })
    let won = false
    const { user } = openAt("/crm/deals/d-1", ({ method, path, query }) => {
      const older = page([event("e-1", "A deal was opened.")])
      const newest = [...(won ? [event("e-3", "The deal was won.")] : []), event("e-2", "The deal was moved.")]
      if (path === "/crm/deals/d-1")
        return json({ ...DEAL, with: { timeline: { items: newest, next_cursor: "next" } } }, 200, { ETag: '"3.abc"' })
      if (path === "/crm/deals/d-1/timeline") return query.has("cursor") ? older : page(newest, "next")
      if (method !== "POST") return undefined
      won = true
      return accepted("d-1", 4)
    })
    const timeline = await screen.findByRole("region", { name: "Timeline" })
    await user.click(within(timeline).getByRole("button", { name: "Show more" }))
    expect(await within(timeline).findByText("A deal was opened.")).toBeInTheDocument()
    const form = await openAction(user, "Change")
    await user.type(within(form).getByLabelText(/^Name/), "!")
    await user.click(within(form).getByRole("button", { name: "Change" }))
    expect(await within(timeline).findByText("The deal was won.")).toBeInTheDocument()
    expect(within(timeline).getByText("A deal was opened.")).toBeInTheDocument()
  })

  test("as of a day asks for no list that keeps no past", async () => {
    const { asked } = openAt("/crm/companies/c-1?as_of=2020-01-01")
    await screen.findByRole("heading", { name: "Acme" })
    expect(asked("/crm/companies/c-1")[0]?.query.get("with")).toBe("timeline,deals")
  })

  test("in the trash offers what is done there, and nothing else", async () => {
    const { user, asked } = openAt("/crm/deals/d-1?trash=true")
    await user.click(await screen.findByRole("button", { name: "Actions" }))
    expect(screen.getByRole("button", { name: "Restore" })).toBeInTheDocument()
    expect(screen.queryByRole("button", { name: "Change" })).toBeNull()
    expect(screen.queryByRole("button", { name: "Set Customer tier" })).toBeNull()
    expect(asked("/crm/deals/d-1")[0]?.query.get("trash")).toBe("true")
  })
})

describe("the form of a command", () => {
  test("begins with what the record has, and sends the version that was seen", async () => {
    const { user, posts } = openAt("/crm/deals/d-1", (request) => (changes(request) ? accepted("d-1", 4) : undefined))
    const form = await openAction(user, "Change")
    expect(within(form).getByLabelText(/^Company/)).toHaveValue("Acme")
    await user.clear(within(form).getByLabelText(/^Name/))
    await user.type(within(form).getByLabelText(/^Name/), "Twelve chairs")
    await user.click(within(form).getByRole("button", { name: "Change" }))
    await waitFor(() => expect(screen.queryByRole("form", { name: "Change" })).toBeNull())
    expect(posts()[0]?.body).toEqual({ name: "Twelve chairs", company_id: "c-1" })
    expect(posts()[0]?.headers.get("If-Match")).toBe('"3.abc"')
    expect(posts()[0]?.headers.get("Nexus-CSRF")).toBe("c")
  })

  test("keeps what was typed when somebody else changed the record, and can be sent again", async () => {
    let version = 3
    const { user, posts } = openAt("/crm/deals/d-1", (request) => {
      if (request.path === "/crm/deals/d-1")
        return json({ ...DEAL, company_id: version === 3 ? "c-1" : null, company_name: null, version }, 200, {
          ETag: `"${version}.abc"`,
        })
      if (!changes(request)) return undefined
      if (request.headers.get("If-Match") === '"3.abc"') {
        version = 4
        return problem(412, "stale_version", "The version is 4, not 3: look at it again and decide anew.", {
          version: 4,
        })
      }
      return accepted("d-1", 5)
    })
    const form = await openAction(user, "Change")
    await user.type(within(form).getByLabelText(/^Name/), "!")
    await user.click(within(form).getByRole("button", { name: "Change" }))
    expect(await within(form).findByRole("alert")).toHaveTextContent("Somebody else has changed this record")
    await user.click(within(form).getByRole("button", { name: /Read it again/ }))
    await waitFor(() => expect(within(form).getByLabelText(/^Company/)).toHaveValue(""))
    expect(within(form).getByLabelText(/^Name/)).toHaveValue("Ten chairs!")
    await user.click(within(form).getByRole("button", { name: "Change" }))
    await waitFor(() => expect(posts()).toHaveLength(2))
    expect(posts()[1]?.headers.get("If-Match")).toBe('"4.abc"')
    expect(posts()[1]?.body).toEqual({ name: "Ten chairs!" })
  })

  test("shows what is wrong at the fields, within lists and groups too", async () => {
    const errors = [
      { field: "name", code: "missing", message: "Field required" },
      { field: "amount.amount", code: "value_error", message: "Value error, must be a decimal number such as 1054.50" },
      { field: "lines.0.line_id", code: "missing", message: "Field required" },
      { field: "custom.tier", code: "value_wrong", message: "The value does not fit the field." },
    ]
    const { user, posts } = openAt("/crm/deals/new", (request) =>
      is("POST", "/crm/deals")(request)
        ? problem(422, "invalid_field", "name: Field required.", { field: "name", errors })
        : undefined,
    )
    const form = await screen.findByRole("form", { name: "Open" })
    await user.type(within(form).getByLabelText("Amount"), "12,x")
    await user.type(within(form).getByLabelText("Currency of Amount"), "usd")
    await user.click(within(form).getByRole("button", { name: "Add line" }))
    await user.selectOptions(await within(form).findByLabelText("Customer tier"), "Silver")
    await user.click(within(form).getByRole("button", { name: "Open" }))
    await waitFor(() => expect(within(form).getByLabelText(/^Name/)).toBeInvalid())
    expect(within(form).getByLabelText(/^Name/)).toHaveAccessibleDescription(/Field required/)
    expect(within(form).getByLabelText(/^Name/)).toHaveFocus()
    expect(within(form).getByLabelText("Amount")).toHaveAccessibleDescription(
      "Must be a decimal number such as 1054.50",
    )
    expect(within(form).getByLabelText(/^Line/)).toBeInvalid()
    expect(within(form).getByLabelText("Customer tier")).toHaveAccessibleDescription(/does not fit/)
    expect(posts()[0]?.body).toEqual({
      amount: { amount: "12,x", currency: "USD" },
      lines: [{}],
      custom: { tier: "Silver" },
    })
  })

  test("leads to the record that it made", async () => {
    const { user } = openAt("/crm/deals/new", (request) =>
      is("POST", "/crm/deals")(request) ? accepted("d-1") : undefined,
    )
    const form = await screen.findByRole("form", { name: "Open" })
    await user.type(within(form).getByLabelText(/^Name/), "Ten chairs")
    await user.click(within(form).getByRole("button", { name: "Open" }))
    await waitFor(() => expect(address()).toBe("/crm/deals/d-1"))
  })
})

describe("a record that is behind the last change", () => {
  test("is shown as it was, and says so", async () => {
    const { user } = openAt("/crm/deals/d-1", (request) => {
      if (changes(request)) return accepted("d-1", 4)
      const waits = request.method === "GET" && request.headers.has("Nexus-After")
      return waits ? problem(504, "position_late", "That position is not reached yet.") : undefined
    })
    const form = await openAction(user, "Change")
    await user.click(within(form).getByRole("button", { name: "Change" }))
    expect(await screen.findByText(/not shown here yet/)).toBeInTheDocument()
    expect(screen.getByRole("heading", { name: "Ten chairs" })).toBeInTheDocument()
  })
})

describe("a field of the tenant's own", () => {
  test("is set where it stands, and emptied", async () => {
    const { user, posts } = openAt("/crm/deals/d-1", (request) =>
      is("POST", "/crm/deals/d-1/set-fields")(request) ? accepted("d-1", 4) : undefined,
    )
    await user.click(await screen.findByRole("button", { name: "Set Customer tier" }))
    await user.selectOptions(screen.getByLabelText("Customer tier"), "Silver")
    await user.click(screen.getByRole("button", { name: "Save" }))
    await user.click(await screen.findByRole("button", { name: "Set Customer tier" }))
    await user.selectOptions(screen.getByLabelText("Customer tier"), "")
    await user.click(screen.getByRole("button", { name: "Save" }))
    await waitFor(() => expect(posts()).toHaveLength(2))
    expect(posts().map((request) => request.body)).toEqual([{ custom: { tier: "Silver" } }, { custom: { tier: null } }])
    expect(posts()[0]?.headers.get("If-Match")).toBe('"3.abc"')
  })
})
