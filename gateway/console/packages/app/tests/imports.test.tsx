import { describe, expect, test } from "@jest/globals"
import { screen, waitFor, within } from "@testing-library/react"
import type { OwnField } from "../src/catalogue/own"
import { accepted, json, openAt, page, problem, type Request, TIER } from "./platform"

const JOBS = "/integration/imports"
const PREVIEW = "/integration/files/f00/preview"
const COLUMNS = `${JOBS}/new?target=crm.company&file=f00&name=companies.csv`
const BUDGET: OwnField = { ...TIER, key: "budget", label: "Budget", kind: "MONEY", choices: [] }
const SEEN = {
  format: "csv",
  encoding: "utf-8",
  fallback: null,
  delimiter: ";",
  rows: 3,
  more: false,
  columns: [
    { name: "Account", looks: "text", samples: ["Acme", "Bolt"], field: "name" },
    { name: "City", looks: "text", samples: ["Ulm"], field: null },
    { name: "Annual", looks: "number", samples: ["1,5"], field: "revenue" },
    { name: "Kind", looks: "text", samples: ["A", "B"], field: null },
  ],
  first: [["Acme", "Ulm", "1,5", "A"]],
  problems: [{ line: 4, code: "cells_missing", reason: "The row has too few cells." }],
  guessed: [],
  undecided: [],
  suggested: { mapping: { name: "Account", revenue: "Annual" }, values: {}, decimal: ",", dates: null },
}
const JOB = {
  id: "i-1",
  target: "crm.company",
  file: "f00",
  file_name: "companies.csv",
  dry_run: false,
  status: "COMPLETED",
  total: 3,
  rows: 3,
  created: 2,
  updated: 0,
  unchanged: 0,
  rejected: 1,
  skipped: 0,
  warnings: 0,
  errors: "e00",
  changes: null,
  reason: null,
  reverted: 0,
  kept: 0,
  revert_report: null,
  revert_reason: null,
  started_at: "2026-03-01T10:00:00Z",
  ended_at: "2026-03-01T10:00:05Z",
  reports_removed_at: null,
  version: 3,
}
const ERRORS = [
  "line,outcome,field,code,reason,Account,line",
  '4,rejected,custom.budget,amount_malformed,"Write it as 1234.50, ""plain"".","Two',
  'lines",x',
  "",
].join("\r\n")

const address = () => screen.getByTestId("address").textContent
const file = (name = "companies.csv") => new File(["Account;City"], name, { type: "text/csv" })

/** A platform that has seen the file, where an import is what `row` says when it is asked for the nth time. */
function importing(row: (time: number) => object = () => ({}), seen: object = {}) {
  let time = 0
  return ({ method, path }: Request): Response | undefined => {
    if (method === "POST") return path === "/integration/files" ? json({ file: "f00", size: 12 }, 201) : accepted("i-1")
    if (path === PREVIEW) return json({ ...SEEN, ...seen })
    if (path === `${JOBS}/i-1`) return json({ ...JOB, ...row(++time) })
    if (path === "/integration/files/e00") return new Response(ERRORS)
    if (path === "/crm/field-sets") return page([{ id: "fs-2", record: "company", version: 1, fields: [BUDGET] }])
    return undefined
  }
}

const starts = (posts: readonly Request[]) => posts.filter(({ path }) => path === JOBS).map(({ body }) => body)
const becomes = (column: string) => screen.findByRole("combobox", { name: `${column} becomes` })

describe("an import", () => {
  test("begins with a file at the list that it is for", async () => {
    const { user, posts } = openAt("/crm/companies", importing())
    await user.click(await screen.findByRole("link", { name: "Import" }))
    expect(screen.getByLabelText("The rows become")).toHaveValue("crm.company")
    await user.upload(screen.getByLabelText("The file"), file())
    await user.click(screen.getByRole("button", { name: "Look at it" }))
    await waitFor(() => expect(address()).toBe(COLUMNS))
    expect(posts()[0]?.path).toBe("/integration/files")
    expect(await screen.findByText("CSV in utf-8 with “;” between cells: 3 rows.")).toBeInTheDocument()
    expect(screen.getByText("Line 4: The row has too few cells.")).toBeInTheDocument()
  })

  test("is offered where one may do what it does to all records, and nowhere else", async () => {
    const { user } = openAt("/crm/companies", ({ path }) =>
      path === "/access/me"
        ? json({
            permissions: {
              "crm.company.read": "all",
              "crm.deal.read": "all",
              "crm.company.record": "some",
              "integration.import.start": "all",
            },
          })
        : undefined,
    )
    expect(await screen.findByRole("link", { name: "Acme" })).toBeInTheDocument()
    expect(screen.queryByRole("link", { name: "Import" })).toBeNull()
    await user.click(screen.getByRole("link", { name: "Deals" }))
    expect(await screen.findByRole("link", { name: "Ten chairs" })).toBeInTheDocument()
    expect(screen.queryByRole("link", { name: "Import" })).toBeNull()
  })

  test("of a file that is refused says why, and takes another", async () => {
    const { user } = openAt(`${JOBS}/new`, ({ method }) =>
      method === "POST" ? problem(400, "file_empty", "The file is empty; send its bytes as the body.") : undefined,
    )
    await user.upload(await screen.findByLabelText("The file"), file())
    await user.click(screen.getByRole("button", { name: "Look at it" }))
    expect(await screen.findByRole("alert")).toHaveTextContent("The file is empty")
    expect(address()).toBe(`${JOBS}/new`)
  })

  test("of a file that cannot be read leads to another one", async () => {
    const { user } = openAt(COLUMNS, ({ path }) =>
      path === PREVIEW ? problem(422, "workbook_malformed", "The workbook cannot be read; save it anew.") : undefined,
    )
    expect(await screen.findByRole("alert")).toHaveTextContent("The workbook cannot be read")
    await user.click(screen.getByRole("button", { name: "Another file" }))
    await waitFor(() => expect(address()).toBe(`${JOBS}/new?target=crm.company`))
  })

  test("is mapped column by column: to fields of one's own too, and to each field once", async () => {
    const { user, posts } = openAt(COLUMNS, importing())
    expect(await becomes("Account")).toHaveDisplayValue("Name *")
    expect(await becomes("City")).toHaveDisplayValue("Left out")
    await user.selectOptions(await becomes("City"), "Budget: currency")
    await user.selectOptions(await becomes("Kind"), "Revenue")
    expect(await becomes("Annual")).toHaveDisplayValue("Left out")
    await user.selectOptions(await becomes("Annual"), "Budget")
    await user.type(screen.getByLabelText("Currency"), "eur")
    await user.click(screen.getByRole("checkbox", { name: "Name" }))
    await user.selectOptions(screen.getByLabelText("Rows about one on file"), "Fill in what is blank")
    await user.selectOptions(screen.getByLabelText("Rows about none on file"), "Pass them over")
    await user.type(screen.getByLabelText("Holds from"), "2026-01-31")
    await user.click(screen.getByRole("button", { name: "Try it" }))
    await waitFor(() => expect(address()).toBe(`${COLUMNS}&tried=i-1`))
    expect(starts(posts())).toEqual([
      {
        target: "crm.company",
        file: "f00",
        file_name: "companies.csv",
        mapping: {
          name: "Account",
          revenue: "Kind",
          "custom.budget": "Annual",
          "custom.budget.currency": "City",
        },
        known: "FILL",
        unknown: "SKIP",
        dry_run: true,
        match_on: ["name"],
        decimal: ",",
        currency: "EUR",
        valid_from: "2026-01-31T00:00:00Z",
      },
    ])
  })

  test("that lacks what no record can do without is not begun", async () => {
    const { user, posts } = openAt(COLUMNS, importing())
    await user.selectOptions(await becomes("Account"), "Left out")
    expect(screen.getByText(/No record can do without Name/)).toBeInTheDocument()
    expect(screen.getByRole("button", { name: "Try it" })).toBeDisabled()
    expect(screen.getByRole("button", { name: "Import without trying" })).toBeDisabled()
    expect(posts()).toEqual([])
  })

  test("is matched by what has a column, and by the name alone where rows name one another", async () => {
    const { user, posts } = openAt(COLUMNS, importing())
    await user.selectOptions(await becomes("City"), "Location")
    await user.click(screen.getByRole("checkbox", { name: "Location" }))
    await user.selectOptions(await becomes("Kind"), "Parent")
    expect(screen.queryByRole("checkbox", { name: "Location" })).toBeNull()
    await user.click(screen.getByRole("button", { name: "Import without trying" }))
    await waitFor(() => expect(address()).toBe(`${JOBS}/i-1`))
    expect(starts(posts())[0]).not.toHaveProperty("match_on")
  })

  test("says what its stages stand for", async () => {
    const suggested = { ...SEEN.suggested, values: { stage: { A: "Engaging" } } }
    const { user, posts } = openAt(COLUMNS, importing(undefined, { suggested }))
    await user.selectOptions(await becomes("Kind"), "Stage")
    const stages = screen.getByRole("group", { name: "Stages" })
    expect(within(stages).getByLabelText("A")).toHaveValue("Engaging")
    await user.type(within(stages).getByLabelText("B"), "Won")
    await user.click(screen.getByRole("button", { name: "Import without trying" }))
    await waitFor(() => expect(starts(posts())[0]).toMatchObject({ values: { stage: { A: "Engaging", B: "Won" } } }))
  })

  test("asks for what the file leaves open", async () => {
    const open = { undecided: ["decimal"], suggested: { ...SEEN.suggested, decimal: null } }
    const { user } = openAt(COLUMNS, importing(undefined, open))
    expect(await screen.findByText(/leaves open what its decimal mean/)).toBeInTheDocument()
    await user.selectOptions(screen.getByLabelText("Numbers"), "1.234,50")
    expect(screen.queryByText(/leaves open/)).toBeNull()
  })

  test("is looked at anew in another encoding", async () => {
    const { user, asked } = openAt(COLUMNS, importing())
    await user.selectOptions(await screen.findByLabelText(/no UTF-8/), "cp1250")
    await waitFor(() => expect(asked(PREVIEW).at(-1)?.query.get("encoding")).toBe("cp1250"))
    expect(address()).toBe(`${COLUMNS}&encoding=cp1250`)
  })

  test("that is refused when it begins says why, and keeps what was chosen", async () => {
    const { user } = openAt(COLUMNS, (request) =>
      request.method === "POST"
        ? problem(422, "match_unmapped", "What rows are matched on needs a column; map one to it.")
        : importing()(request),
    )
    await user.selectOptions(await becomes("City"), "Location")
    await user.click(screen.getByRole("button", { name: "Try it" }))
    expect(await screen.findByRole("alert")).toHaveTextContent("What rows are matched on needs a column")
    expect(await becomes("City")).toHaveDisplayValue("Location")
  })
})

describe("a dry run", () => {
  test("tells what would come, and the import is as it was tried", async () => {
    const { user, posts } = openAt(COLUMNS, importing((time) => (time < 2 ? { dry_run: true } : {})))
    await user.selectOptions(await becomes("City"), "Location")
    await user.click(screen.getByRole("button", { name: "Try it" }))
    const tried = await screen.findByRole("region", { name: "What would come of it" })
    expect(await within(tried).findByText("Tried. Nothing was imported.")).toBeInTheDocument()
    expect(within(tried).getByText("Would be created").nextSibling).toHaveTextContent("2")
    const errors = await within(tried).findByRole("row", { name: /Rejected/ })
    expect(errors).toHaveTextContent('4RejectedBudgetWrite it as 1234.50, "plain".')
    await user.click(within(tried).getByRole("button", { name: "Import it" }))
    await waitFor(() => expect(address()).toBe(`${JOBS}/i-1`))
    const [first, second] = starts(posts())
    expect(second).toEqual({ ...(first as object), dry_run: false })
  })

  test("leads back to the columns as they were chosen", async () => {
    const { user } = openAt(COLUMNS, importing(() => ({ dry_run: true })))
    await user.selectOptions(await becomes("City"), "Location")
    await user.click(screen.getByRole("button", { name: "Try it" }))
    await user.click(await screen.findByRole("button", { name: "Change the columns" }))
    expect(await becomes("City")).toHaveDisplayValue("Location")
  })

  test("of a file that cannot be imported says why, and leads no further", async () => {
    const failed = { dry_run: true, status: "FAILED", reason: "The file has 2 columns named City.", errors: null }
    const { user } = openAt(COLUMNS, importing(() => failed))
    await user.click(await screen.findByRole("button", { name: "Try it" }))
    expect(await screen.findByRole("alert")).toHaveTextContent("The file has 2 columns named City.")
    expect(screen.getByRole("button", { name: "Import it" })).toBeDisabled()
  })
})

describe("the page of an import", () => {
  test("follows it until it has ended, and has the report on its rows", async () => {
    const running = { status: "RUNNING", rows: 1, errors: null }
    openAt(`${JOBS}/i-1`, importing((time) => (time < 2 ? running : {})))
    expect(await screen.findByText("1 of 3 rows are done.")).toBeInTheDocument()
    expect(screen.queryByRole("button", { name: "Take it back" })).toBeNull()
    expect(await screen.findByText("Imported.")).toBeInTheDocument()
    const report = await screen.findByRole("region", { name: "Rows to be looked at" })
    const whole = within(report).getByRole("link", { name: "Download the report" })
    expect(whole).toHaveAttribute("href", "/integration/files/e00")
    expect(whole).toHaveAttribute("download", "companies-errors.csv")
  })

  test("takes it back, with what stays and why", async () => {
    const kept = { status: "REVERTED", reverted: 1, kept: 1, revert_report: "r00" }
    const { user, posts } = openAt(`${JOBS}/i-1`, (request) => {
      if (request.path === "/integration/files/r00")
        return new Response("line,record,code,reason\r\n2,c-1,changed_since,It was changed since.\r\n")
      return importing(() => (posts().length === 0 ? {} : kept))(request)
    })
    await user.click(await screen.findByRole("button", { name: "Take it back" }))
    expect(await screen.findByText("Taken back.")).toBeInTheDocument()
    expect(posts()[0]?.path).toBe(`${JOBS}/i-1/revert`)
    const stays = await screen.findByRole("region", { name: "What was not taken back" })
    expect(await within(stays).findByText("It was changed since.")).toBeInTheDocument()
    expect(await within(stays).findByRole("link", { name: "Acme" })).toHaveAttribute("href", "/crm/companies/c-1")
  })

  test("says why it is not taken back", async () => {
    const { user } = openAt(`${JOBS}/i-1`, (request) =>
      request.method === "POST"
        ? problem(403, "forbidden", "This takes the permission crm.company.remove, which none of your roles gives you.")
        : importing()(request),
    )
    await user.click(await screen.findByRole("button", { name: "Take it back" }))
    expect(await screen.findByRole("alert")).toHaveTextContent("This takes the permission crm.company.remove")
  })

  test("has nothing to take back of a dry run, nor reports that were removed", async () => {
    openAt(`${JOBS}/i-1`, importing(() => ({ dry_run: true, reports_removed_at: "2026-04-01T10:00:00Z" })))
    expect(await screen.findByText(/The reports were removed on Apr 1, 2026/)).toBeInTheDocument()
    expect(screen.queryByRole("button", { name: "Take it back" })).toBeNull()
    expect(screen.queryByRole("link", { name: "Download the report" })).toBeNull()
  })
})
