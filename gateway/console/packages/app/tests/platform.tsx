import { createClient } from "@nexus360/client"
import { render } from "@testing-library/react"
import { userEvent } from "@testing-library/user-event"
import { MemoryRouter, useLocation } from "react-router"
import { App } from "../src/App"
import type { OwnField } from "../src/catalogue/own"
import { reports, sample } from "./sample"

export interface Request {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly body: unknown
}

type Answer = (request: Request) => Response | Promise<Response> | undefined

export const json = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}) =>
  new Response(JSON.stringify(body), { status, headers })
export const page = (items: readonly unknown[], next: string | null = null) => json({ items, next_cursor: next })
export const accepted = (id: string, version = 2) => json({ id, version, position: `p${version}`, events: [] })
export const problem = (status: number, code: string, detail: string, more: object = {}) =>
  json({ status, code, detail, ...more }, status)

export const ACME = { id: "c-1", name: "Acme", custom: {}, version: 1 }
export const DEAL = {
  id: "d-1",
  name: "Ten chairs",
  company_id: "c-1",
  company_name: "Acme",
  stage: "WON",
  amount: { amount: "9007199254740993.25", currency: "USD" },
  closed_at: "2017-03-31T00:00:00Z",
  lines: [],
  custom: { tier: "Gold" },
  version: 3,
}
const EMPTY = { items: [], next_cursor: null }
export const TIER: OwnField = {
  key: "tier",
  label: "Customer tier",
  kind: "CHOICE",
  choices: ["Gold", "Silver"],
  formula: null,
  refers_to: null,
  help: "How they are treated.",
  retired: false,
}

const PERMISSIONS = [
  "crm.deal.read",
  "crm.deal.open",
  "crm.deal.change",
  "crm.deal.move",
  "crm.deal.lose",
  "crm.deal.plan",
  "crm.deal.set-fields",
  "crm.deal.restore",
  "crm.company.read",
  "crm.company.merge",
  "crm.company.unmerge",
  "crm.company.dismiss-duplicate",
  "crm.pipeline.read",
  "crm.field-set.read",
  "crm.field-set.define",
  "crm.field-set.change-field",
  "crm.field-set.retire-field",
  "admin.saved-view.read",
  "crm.company.record",
  "integration.import.read",
  "integration.import.start",
  "integration.import.revert",
  "integration.bulk-change.read",
  "integration.bulk-change.cancel",
  "integration.bulk-change.revert",
]

/** What the platform answers unless a test says otherwise. */
function usual({ path, query }: Request): Response {
  switch (path) {
    case "/signin/session":
      return json({ tenant: "demo", user: "u-1", csrf: "c", seconds: 3600 })
    case "/access/me":
      return json({ permissions: Object.fromEntries(PERMISSIONS.map((name) => [name, "all"])) })
    case "/crm/field-sets":
      return page([{ id: "fs-1", record: "deal", version: 1, fields: [TIER] }])
    case "/crm/deals":
      return page([query.has("fields") ? { ...DEAL, custom: undefined, "custom.tier": "Gold" } : DEAL])
    case "/crm/deals/d-1":
      return json(DEAL, 200, { ETag: '"3.abc"' })
    case "/crm/companies":
      return page([ACME])
    case "/crm/companies/c-1":
      return json({ ...ACME, with: { timeline: EMPTY, deals: { items: [DEAL], next_cursor: null } } }, 200, {
        ETag: '"1"',
      })
    case "/crm/pipelines":
    case "/admin/saved-views":
      return page([])
    default:
      return /\/(timeline|history)$/.test(path) ? page([]) : problem(404, "not_found", `There is no ${path}.`)
  }
}

/** Opens the console at an address, with a network whose answers a test may replace; what was sent is kept. */
export function openAt(address: string, answer: Answer = () => undefined) {
  const sent: Request[] = []
  const send = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const url = new URL(input as string, "http://platform.test")
    const body = typeof init?.body === "string" ? (JSON.parse(init.body) as unknown) : null
    const request = {
      method: init?.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      headers: new Headers(init?.headers),
      body,
    }
    sent.push(request)
    const reply = await (answer(request) ?? usual(request))
    if (init?.signal?.aborted === true) throw new DOMException("Aborted", "AbortError")
    return reply
  }
  const user = userEvent.setup({ delay: null })
  render(
    <MemoryRouter initialEntries={[address]}>
      <App client={createClient(send)} lists={sample} reports={reports} />
      <Where />
    </MemoryRouter>,
  )
  const posts = () => sent.filter((request) => request.method === "POST")
  const asked = (path: string) => sent.filter((request) => request.method === "GET" && request.path === path)
  return { user, sent, posts, asked }
}

function Where() {
  const { pathname, search } = useLocation()
  return <output data-testid="address">{decodeURIComponent(pathname + search)}</output>
}
