import { beforeEach, describe, expect, test } from "@jest/globals"
import { screen, waitFor, within } from "@testing-library/react"
import { accepted, DEAL, json, openAt, page, problem, type Request } from "./platform"

beforeEach(() => localStorage.clear())

const BULK = "/integration/bulk-changes"
const DESK = { ...DEAL, id: "d-2", name: "Two desks" }
const CHANGE = {
  id: "b-1",
  target: "crm.deal",
  verb: "plan",
  says: '{"next_step":"Call"}',
  selected: 2,
  barred: 0,
  dry_run: false,
  owner_id: "u-1",
  status: "COMPLETED",
  done: 2,
  changed: 1,
  unchanged: 0,
  refused: 1,
  report: "r",
  code: null,
  reason: null,
  reverted: 0,
  kept: 0,
  revert_report: null,
  started_at: "2026-03-01T10:00:00Z",
  ended_at: "2026-03-01T10:00:05Z",
  version: 3,
}
const REPORT = [
  "id,outcome,seen,before,after,code,reason",
  "d-1,changed,3,3,4,,",
  'd-2,refused,3,,,deal_closed,"The deal is closed, reopen it first."',
  "",
].join("\r\n")

const address = () => screen.getByTestId("address").textContent
const deals = ({ path, query }: Request) =>
  path === "/crm/deals" && !query.has("id.in") ? page([DEAL, DESK]) : undefined

/** A platform with two deals, where a bulk change is what `row` says when it is asked for the nth time. */
function changing(row: (time: number, request: Request) => object) {
  let time = 0
  return (request: Request): Response | undefined => {
    if (request.method === "POST") return accepted("b-1")
    if (request.path === `${BULK}/b-1`) return json({ ...CHANGE, ...row(++time, request) })
    if (request.path === `${BULK}/b-1/report`) return new Response(REPORT)
    return deals(request)
  }
}

async function begin(user: ReturnType<typeof openAt>["user"]) {
  await user.click(await screen.findByRole("checkbox", { name: "Select Ten chairs" }))
  await user.click(screen.getByRole("checkbox", { name: "Select Two desks" }))
  await user.click(screen.getByRole("button", { name: "Change…" }))
  await user.click(screen.getByRole("button", { name: "Plan" }))
  return screen.findByRole("form", { name: "Plan" })
}

describe("records of a list", () => {
  test("are selected by their boxes, or all that are shown", async () => {
    const { user } = openAt("/crm/deals", deals)
    await user.click(await screen.findByRole("checkbox", { name: "Select Two desks" }))
    const bar = screen.getByRole("group", { name: "Selected" })
    expect(within(bar).getByRole("status")).toHaveTextContent("1 selected")
    await user.click(screen.getByRole("checkbox", { name: "Select all that are shown" }))
    expect(within(bar).getByRole("status")).toHaveTextContent("2 selected")
    expect(within(bar).queryByRole("button", { name: /Select all/ })).toBeNull()
    await user.click(screen.getByRole("checkbox", { name: "Select Two desks" }))
    expect(within(bar).getByRole("status")).toHaveTextContent("1 selected")
    await user.click(within(bar).getByRole("button", { name: "Select none" }))
    expect(screen.queryByRole("group", { name: "Selected" })).toBeNull()
  })

  test("are forgotten once others are asked for", async () => {
    const { user } = openAt("/crm/deals?stage=WON", deals)
    await user.click(await screen.findByRole("checkbox", { name: "Select Two desks" }))
    await user.click(screen.getByRole("button", { name: /Take away: Stage/ }))
    await waitFor(() => expect(screen.queryByRole("group", { name: "Selected" })).toBeNull())
    expect(screen.getByRole("checkbox", { name: "Select Two desks" })).not.toBeChecked()
  })

  test("can all be meant that match, shown or not", async () => {
    const { user, posts } = openAt("/crm/deals?stage=WON&closed_at.lt=2017-04-01", ({ method, path }) => {
      if (method === "POST") return accepted("b-1")
      return path === "/crm/deals" ? page([DEAL, DESK], "next") : undefined
    })
    await user.click(await screen.findByRole("checkbox", { name: "Select all that are shown" }))
    await user.click(screen.getByRole("button", { name: "Select all that match" }))
    expect(screen.getByRole("checkbox", { name: "Select Two desks" })).toBeChecked()
    await user.click(screen.getByRole("button", { name: "Change…" }))
    expect(screen.queryByRole("button", { name: "Change" })).toBeNull()
    await user.click(screen.getByRole("button", { name: "Plan" }))
    const form = await screen.findByRole("form", { name: "Plan" })
    expect(address()).toBe("/crm/deals/change/plan?stage=WON&closed_at.lt=2017-04-01&all=true")
    await user.type(within(form).getByLabelText(/Next step/), "Call")
    await user.click(within(form).getByRole("button", { name: "Try it" }))
    await waitFor(() => expect(posts()).toHaveLength(1))
    expect(posts()[0]?.body).toEqual({
      target: "crm.deal",
      verb: "plan",
      values: { next_step: "Call" },
      where: { all: [{ stage: "WON" }, { closed_at: { lt: "2017-04-01" } }] },
      zone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
      dry_run: true,
    })
  })

  test("that are found by a search are not all meant", async () => {
    const { user } = openAt("/crm/deals?q=chair", ({ path }) =>
      path === "/crm/deals" ? page([DEAL], "next") : undefined,
    )
    await user.click(await screen.findByRole("checkbox", { name: "Select all that are shown" }))
    expect(screen.getByRole("button", { name: "Change…" })).toBeInTheDocument()
    expect(screen.queryByRole("button", { name: /^Select all/ })).toBeNull()
  })

  test("in the trash are brought back, and nothing else", async () => {
    const { user, posts } = openAt("/crm/deals?trash=true", changing(() => ({})))
    await user.click(await screen.findByRole("checkbox", { name: "Select Ten chairs" }))
    expect(screen.queryByRole("button", { name: "Change…" })).toBeNull()
    await user.click(screen.getByRole("button", { name: "Restore" }))
    await user.click(await screen.findByRole("button", { name: "Try it" }))
    await waitFor(() => expect(posts()[0]?.body).toMatchObject({ verb: "restore", ids: ["d-1"], values: {} }))
  })

  test("cannot be selected as of another day", async () => {
    openAt("/crm/deals?as_of=2017-06-30", deals)
    expect(await screen.findByRole("link", { name: "Two desks" })).toBeInTheDocument()
    expect(screen.queryByRole("checkbox", { name: "Select Two desks" })).toBeNull()
  })
})

describe("a bulk change", () => {
  test("is tried, with what would be refused, and then done as it was tried", async () => {
    const { user, posts } = openAt(
      "/crm/deals",
      changing((time, { path }) => (path.endsWith("b-1") && time < 3 ? { dry_run: true } : {})),
    )
    const form = await begin(user)
    expect(screen.getByRole("heading", { name: "Plan: 2 deals" })).toBeInTheDocument()
    await user.type(within(form).getByLabelText(/Next step/), "Call")
    await user.click(within(form).getByRole("button", { name: "Try it" }))
    const tried = await screen.findByRole("region", { name: "What would come of it" })
    expect(await within(tried).findByText("Tried. Nothing was changed.")).toBeInTheDocument()
    expect(await within(tried).findByText("The deal is closed, reopen it first.")).toBeInTheDocument()
    expect(within(tried).getByText("Would change").nextSibling).toHaveTextContent("1")
    expect(within(tried).queryByText("changed")).toBeNull()
    await user.click(within(tried).getByRole("button", { name: "Plan: 2 deals" }))
    await waitFor(() => expect(address()).toBe(`${BULK}/b-1`))
    const said = { target: "crm.deal", verb: "plan", values: { next_step: "Call" }, ids: ["d-1", "d-2"] }
    expect(posts().map(({ path, body }) => [path, body])).toEqual([
      [BULK, { ...said, dry_run: true }],
      [BULK, { ...said, dry_run: false }],
    ])
  })

  test("that is refused says so at its fields, which stay as they were typed", async () => {
    const { user, posts } = openAt("/crm/deals", (request) =>
      request.method === "POST"
        ? problem(422, "invalid_field", "values.next_step: Field required.", {
            errors: [{ field: "values.next_step", code: "missing", message: "Field required" }],
          })
        : deals(request),
    )
    const form = await begin(user)
    await user.click(within(form).getByText("More"))
    await user.type(within(form).getByLabelText("At"), "2026-03-01T10:00")
    await user.click(within(form).getByRole("button", { name: "Try it" }))
    await waitFor(() => expect(within(form).getByLabelText(/Next step/)).toBeInvalid())
    expect(within(form).getByLabelText(/Next step/)).toHaveAccessibleDescription("Field required")
    expect(posts()[0]?.body).toMatchObject({ values: {}, at: new Date("2026-03-01T10:00").toISOString() })
  })

  test("is changed before it is done, with what was said still there", async () => {
    const { user } = openAt("/crm/deals", changing(() => ({ dry_run: true })))
    const form = await begin(user)
    await user.type(within(form).getByLabelText(/Next step/), "Call")
    await user.click(within(form).getByRole("button", { name: "Try it" }))
    await user.click(await screen.findByRole("button", { name: "Say something else" }))
    expect(within(form).getByLabelText(/Next step/)).toHaveValue("Call")
  })

  test("sets fields of the tenant's own, or takes their values away", async () => {
    const { user, posts } = openAt("/crm/deals/change/set-fields?all=true", changing(() => ({})))
    const form = await screen.findByRole("form", { name: "Set fields" })
    await user.selectOptions(await within(form).findByLabelText("Customer tier"), "Silver")
    await user.click(within(form).getByRole("button", { name: "Try it" }))
    await user.click(await screen.findByRole("button", { name: "Say something else" }))
    await user.click(screen.getByRole("checkbox", { name: "Customer tier" }))
    await user.click(within(form).getByRole("button", { name: "Try it" }))
    await waitFor(() => expect(posts()).toHaveLength(2))
    const values = [{ custom: { tier: "Silver" } }, { custom: { tier: null } }]
    expect(posts().map(({ body }) => (body as { values: unknown }).values)).toEqual(values)
    expect(posts()[0]?.body).toMatchObject({ all: true })
  })

  test("of a link that lost its records is about none", async () => {
    openAt("/crm/deals/change/plan?stage=WON")
    expect(await screen.findByText(/No records are selected/)).toBeInTheDocument()
    expect(screen.queryByRole("form")).toBeNull()
  })

  test("is followed until it has ended, and what it changed is asked for anew", async () => {
    const running = { status: "RUNNING", done: 1, report: null }
    const { asked } = openAt(`${BULK}/b-1`, changing((time) => (time < 3 ? running : {})))
    expect(await screen.findByText("1 of 2 deals are done.")).toBeInTheDocument()
    expect(screen.getByRole("progressbar")).toHaveAttribute("value", "1")
    expect(await screen.findByText("Done.")).toBeInTheDocument()
    expect(screen.queryByRole("progressbar")).toBeNull()
    const report = await screen.findByRole("region", { name: "What came of each" })
    expect(await within(report).findByRole("link", { name: "d-2" })).toHaveAttribute("href", "/crm/deals/d-2")
    const whole = within(report).getByRole("link", { name: "Download the report" })
    expect(whole).toHaveAttribute("href", `${BULK}/b-1/report`)
    await waitFor(() => expect(asked(`${BULK}/b-1/history`).length).toBeGreaterThan(1))
  })

  test("is stopped", async () => {
    const { user, posts } = openAt(`${BULK}/b-1`, changing(() => ({ status: "RUNNING" })))
    await user.click(await screen.findByRole("button", { name: "Stop it" }))
    await waitFor(() => expect(posts()[0]?.path).toBe(`${BULK}/b-1/cancel`))
  })

  test("is taken back as one, or says why not", async () => {
    let refused = true
    const { user, posts } = openAt(`${BULK}/b-1`, (request) => {
      if (request.method === "POST" && refused) {
        refused = false
        return problem(409, "report_gone", "It ended more than 30 days ago; take changes back one by one.")
      }
      const taken = { status: "REVERTED", reverted: 1, revert_report: "v" }
      return changing(() => (posts().length < 2 ? {} : taken))(request)
    })
    await user.click(await screen.findByRole("button", { name: "Take it back" }))
    expect(await screen.findByRole("alert")).toHaveTextContent("It ended more than 30 days ago")
    await user.click(screen.getByRole("button", { name: "Take it back" }))
    expect(await screen.findByText("Taken back.")).toBeInTheDocument()
    expect(posts().at(-1)?.path).toBe(`${BULK}/b-1/revert`)
    expect(screen.queryByRole("button", { name: "Take it back" })).toBeNull()
    const report = screen.getByRole("region", { name: "What was taken back" })
    expect(within(report).getByRole("link")).toHaveAttribute("href", `${BULK}/b-1/report?of=revert`)
  })
})
