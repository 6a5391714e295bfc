import { describe, expect, test } from "@jest/globals"
import { fireEvent, screen, waitFor, within } from "@testing-library/react"
import { accepted, json, openAt, page, problem, type Request } from "./platform"

const USD = { currency: "USD", count: 1, amount: "9007199254740993.25", weighted: "1801439850948198.65" }
const EUR = { currency: "EUR", count: 1, amount: "300", weighted: "30" }
const CHAIRS = {
  id: "d-1",
  name: "Ten chairs",
  company_id: "c-1",
  company_name: "Acme",
  stage: "OPEN",
  stage_id: "lead",
  amount: { amount: USD.amount, currency: "USD" },
  expected_close_on: "2027-03-31",
  next_step: "Call",
  rots_at: "2020-03-03T00:00:00Z",
  version: 3,
}
const PIPELINE = {
  id: "p-1",
  name: "Renewals",
  retired: false,
  stages: [{ stage_id: "proposal", required: ["next_step", "custom.tier"] }],
  win_reasons: [],
  lost_reasons: ["Price", "Timing"],
}

const stage = (stage_id: string, name: string, kind: string, cards: readonly object[], more: object = {}) => {
  const counted = { count: cards.length, totals: [], home_totals: [], cards, next_cursor: null }
  return { stage_id, name, kind, probability: 10, retired: false, ...counted, ...more }
}

type Card = Partial<Record<keyof typeof CHAIRS, unknown>> & { readonly stage_id: string }

type Answer = (request: Request) => Response | Promise<Response> | undefined

/** A platform with one deal on its board; a test says where it stands. */
function boardOf(card: () => Card, answer: Answer = () => undefined) {
  return (request: Request) => {
    const said = answer(request)
    if (said !== undefined) return said
    if (request.path === "/crm/pipelines") return page([PIPELINE])
    if (request.path === "/crm/deals/d-1") return json(card())
    if (request.path !== "/crm/deals/board") return undefined
    const at = (id: string) => (card().stage_id === id ? [card()] : [])
    const stages = [
      stage("lead", "Lead", "OPEN", at("lead"), { count: 12, totals: [EUR, USD], home_totals: [USD] }),
      stage("proposal", "Proposal", "OPEN", at("proposal")),
      stage("gone", "Gone", "LOST", at("gone")),
    ]
    return json({ pipeline: { id: "p-1", name: "Renewals" }, stages })
  }
}

const column = (name: string) => screen.findByRole("region", { name: new RegExp(name) })
const address = () => screen.getByTestId("address").textContent
const moves = ({ method, path }: Request) => method === "POST" && path === "/crm/deals/d-1/move"

async function sendTo(user: ReturnType<typeof openAt>["user"], name: string) {
  await user.click(await screen.findByRole("button", { name: "Move Ten chairs to…" }))
  await user.click(screen.getByRole("button", { name }))
}

describe("the board", () => {
  test("shows stages with what stands in them, and cards that lead on", async () => {
    const { asked } = openAt("/crm/deals/board?pipeline=p-1&company_id=c-1", boardOf(() => CHAIRS))
    const lead = await column("Lead")
    const usd = "$9,007,199,254,740,993.25 weighted $1,801,439,850,948,198.65"
    const head = within(lead).getByRole("heading", { name: "Lead 12" }).parentElement
    expect(head?.textContent).toBe(`Lead 12${usd}€300 weighted €30`)
    const card = within(lead).getByRole("article", { name: "Ten chairs" })
    expect(within(card).getByRole("link", { name: "Ten chairs" })).toHaveAttribute("href", "/crm/deals/d-1")
    expect(within(card).getByRole("link", { name: "Acme" })).toHaveAttribute("href", "/crm/companies/c-1")
    expect(card).toHaveTextContent("Closes Mar 31, 2027")
    expect(card).toHaveTextContent("Next: Call")
    expect(card).toHaveTextContent("rots since Mar 3, 2020")
    expect(within(lead).getByRole("link", { name: "All 12 as a list" })).toHaveAttribute(
      "href",
      "/crm/deals?company_id=c-1&pipeline_id=p-1&stage_id=lead",
    )
    const query = asked("/crm/deals/board")[0]?.query
    expect([query?.get("pipeline"), query?.get("company_id"), query?.get("cards")]).toEqual(["p-1", "c-1", "20"])
  })

  test("is of the pipeline that is chosen, and shows more of a stage", async () => {
    const { user, asked } = openAt("/crm/deals/board", boardOf(() => CHAIRS))
    const choice = await screen.findByRole("combobox", { name: "Pipeline" })
    expect(choice).toHaveValue("p-1")
    await user.selectOptions(choice, "Default")
    await waitFor(() => expect(address()).toBe("/crm/deals/board?pipeline=default"))
    await user.click(within(await column("Lead")).getByRole("button", { name: "Show more" }))
    await waitFor(() => expect(asked("/crm/deals/board").at(-1)?.query.get("cards")).toBe("100"))
  })

  test("and the list are asked the same", async () => {
    const { user } = openAt("/crm/deals?amount.gte=5&pipeline_id=p-1&sort=-amount", boardOf(() => CHAIRS))
    const shown = await screen.findByRole("navigation", { name: "How deals are shown" })
    await user.click(within(shown).getByRole("link", { name: "Board" }))
    await waitFor(() => expect(address()).toBe("/crm/deals/board?amount.gte=5&sort=-amount&pipeline=p-1"))
    await user.click(await screen.findByRole("link", { name: "List" }))
    await waitFor(() => expect(address()).toBe("/crm/deals?amount.gte=5&pipeline_id=p-1&sort=-amount"))
  })

  test("is narrowed by a view that somebody keeps", async () => {
    const view = { id: "v-1", name: "Large", owner_id: "u-1", where: '{"amount":{"gte":"5"}}', sort: null, fields: [] }
    const { asked } = openAt(
      "/crm/deals/board?view=v-1",
      boardOf(
        () => CHAIRS,
        ({ path }) => (path === "/admin/saved-views" ? page([view]) : undefined),
      ),
    )
    expect(await screen.findByRole("button", { name: "Large" })).toBeInTheDocument()
    await column("Lead")
    const said = asked("/crm/deals/board").map(({ query }) => [query.get("where"), query.get("view")])
    expect(said).toEqual([[view.where, null]])
  })

  test("shows amounts that one may not see as hidden", async () => {
    openAt("/crm/deals/board", boardOf(() => ({ ...CHAIRS, amount: null, hidden: ["amount"] })))
    const card = await screen.findByRole("article", { name: "Ten chairs" })
    expect(card).toHaveTextContent("hidden")
    expect(card).not.toHaveTextContent("NaN")
  })

  test("of another day is shown, and nothing is moved", async () => {
    const { asked } = openAt("/crm/deals/board?as_of=2020-03-02", boardOf(() => CHAIRS))
    const card = await screen.findByRole("article", { name: "Ten chairs" })
    expect(asked("/crm/deals/board")[0]?.query.get("as_of")).toBe("2020-03-02")
    expect(card).toHaveAttribute("draggable", "false")
    expect(card).not.toHaveTextContent("rots since")
    expect(within(card).queryByRole("button")).toBeNull()
  })
})

describe("a card", () => {
  test("is moved by the keyboard at once, as the version that was seen, and keeps the focus", async () => {
    let card: Card = CHAIRS
    let answer: (reply: Response) => void = () => undefined
    const { user, posts } = openAt(
      "/crm/deals/board",
      boardOf(
        () => card,
        (request) => (moves(request) ? new Promise<Response>((resolve) => (answer = resolve)) : undefined),
      ),
    )
    const menu = await screen.findByRole("button", { name: "Move Ten chairs to…" })
    menu.focus()
    await user.keyboard("{Enter}{Tab}{Enter}")
    const proposal = await column("Proposal 1")
    expect(within(proposal).getByRole("article", { name: "Ten chairs" })).toBeInTheDocument()
    expect(within(proposal).getByRole("button", { name: "Move Ten chairs to…" })).toHaveFocus()
    expect(screen.getByRole("region", { name: "Lead 11" })).toBeInTheDocument()
    card = { ...CHAIRS, stage_id: "proposal", version: 4 }
    answer(accepted("d-1", 4))
    expect(await screen.findByText("Ten chairs is in Proposal now.")).toBeInTheDocument()
    expect(posts()[0]?.body).toEqual({ stage_id: "proposal" })
    expect(posts()[0]?.headers.get("If-Match")).toBe('"3"')
    expect(screen.getByRole("button", { name: "Move Ten chairs to…" })).toHaveFocus()
  })

  test("is dragged to another stage, where one may send it there", async () => {
    let card: Card = CHAIRS
    const { posts } = openAt(
      "/crm/deals/board",
      boardOf(
        () => card,
        (request) => {
          if (!moves(request)) return undefined
          card = { ...CHAIRS, stage_id: "proposal", version: 4 }
          return accepted("d-1", 4)
        },
      ),
    )
    const dataTransfer = { setData: () => undefined, effectAllowed: "" }
    const held = await screen.findByRole("article", { name: "Ten chairs" })
    fireEvent.dragStart(held, { dataTransfer })
    fireEvent.drop(await column("Lead"), { dataTransfer })
    fireEvent.drop(await column("Proposal"), { dataTransfer })
    fireEvent.dragEnd(held, { dataTransfer })
    expect(within(await column("Proposal 1")).getByRole("article")).toBeInTheDocument()
    await waitFor(() => expect(posts().map(({ body }) => body)).toEqual([{ stage_id: "proposal" }]))
  })

  test("that somebody else changed is shown as it is now, and not written over", async () => {
    let card: Card = CHAIRS
    const { user, posts } = openAt(
      "/crm/deals/board",
      boardOf(
        () => card,
        (request) => {
          if (!moves(request)) return undefined
          card = { ...CHAIRS, name: "Ten chairs", next_step: "Write", stage_id: "lead", version: 4 }
          return problem(412, "stale_version", "The version is 4, not 3.", { version: 4 })
        },
      ),
    )
    await sendTo(user, "Proposal")
    expect(await screen.findByRole("alert")).toHaveTextContent(/Somebody else has changed Ten chairs meanwhile/)
    const lead = await column("Lead 12")
    expect(await within(lead).findByText("Next: Write")).toBeInTheDocument()
    expect(within(lead).getByRole("button", { name: "Move Ten chairs to…" })).toHaveFocus()
    await sendTo(user, "Proposal")
    await waitFor(() => expect(posts()).toHaveLength(2))
    expect(posts()[1]?.headers.get("If-Match")).toBe('"4"')
  })

  test("that is refused stands where it was, with the platform's sentence", async () => {
    const { user } = openAt(
      "/crm/deals/board",
      boardOf(
        () => CHAIRS,
        (request) =>
          moves(request) ? problem(422, "stage_not_reached", "Proposal is entered from demo only.") : undefined,
      ),
    )
    await sendTo(user, "Proposal")
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "Ten chairs was not moved. Proposal is entered from demo only.",
    )
    expect(within(await column("Lead 12")).getByRole("article", { name: "Ten chairs" })).toBeInTheDocument()
    expect(screen.queryByRole("form")).toBeNull()
  })

  test("is filled in where its stage requires that, and sent again", async () => {
    let card: Card & { readonly custom?: object } = { ...CHAIRS, next_step: null, custom: {} }
    const { user, posts } = openAt(
      "/crm/deals/board",
      boardOf(
        () => card,
        (request) => {
          if (request.path === "/crm/deals/d-1/plan") card = { ...card, next_step: "Write", version: 4 }
          else if (request.path === "/crm/deals/d-1/set-fields")
            card = { ...card, custom: { tier: "Gold" }, version: 5 }
          else if (!moves(request)) return undefined
          else if (card.version === 5) card = { ...card, stage_id: "proposal", version: 6 }
          else
            return problem(422, "stage_fields_missing", "next_step must be filled in first.", { field: "next_step" })
          return accepted("d-1", card.version as number)
        },
      ),
    )
    await sendTo(user, "Proposal")
    expect(await screen.findByText(/which requires Next step, Customer tier/)).toBeInTheDocument()
    const next = await screen.findByLabelText(/^Next step/)
    expect(next).toHaveFocus()
    await user.type(next, "Write")
    await user.click(screen.getByRole("button", { name: "Plan" }))
    await user.selectOptions(await screen.findByLabelText("Customer tier"), "Gold")
    await user.click(screen.getByRole("button", { name: "Set fields" }))
    await user.click(await screen.findByRole("button", { name: "Move to Proposal" }))
    expect(await screen.findByText("Ten chairs is in Proposal now.")).toBeInTheDocument()
    expect(posts().map(({ path, headers }) => [path.split("/").at(-1), headers.get("If-Match")])).toEqual([
      ["move", '"3"'],
      ["plan", '"3"'],
      ["set-fields", '"4"'],
      ["move", '"5"'],
    ])
  })

  test("is lost for a reason of its pipeline, in the stage that was chosen", async () => {
    let card: Card = CHAIRS
    const { user, posts } = openAt(
      "/crm/deals/board",
      boardOf(
        () => card,
        ({ path }) => {
          if (path !== "/crm/deals/d-1/lose") return undefined
          card = { ...CHAIRS, stage: "LOST", stage_id: "gone", version: 4 }
          return accepted("d-1", 4)
        },
      ),
    )
    await sendTo(user, "Gone")
    await user.selectOptions(await screen.findByLabelText(/^Reason/), "Timing")
    await user.click(screen.getByRole("button", { name: "Lose" }))
    expect(await screen.findByText("Ten chairs is in Gone now.")).toBeInTheDocument()
    expect(posts()[0]?.body).toEqual({ reason: "Timing", stage_id: "gone" })
    expect(posts()[0]?.headers.get("If-Match")).toBe('"3"')
    expect(within(await column("Gone 1")).getByRole("article", { name: "Ten chairs" })).toBeInTheDocument()
  })
})
