import { beforeEach, describe, expect, test } from "@jest/globals"
import { screen, waitFor, within } from "@testing-library/react"
import { accepted, json, openAt, page, problem, type Request } from "./platform"

beforeEach(() => localStorage.clear())

const POINTS = { key: "points", label: "Points", kind: "FORMULA", choices: [], formula: "1", refers_to: null, help: null }
const RATING = { key: "rating", label: "Rating", kind: "TEXT", choices: [], formula: null, refers_to: null, help: null }
const UMBRA = {
  id: "c-1",
  name: "Umbra",
  phone: "+49 30 1",
  addresses: [{ street: "Am Tor 1", city: "Berlin" }],
  parent_id: null,
  custom: { rating: "A", points: "1" },
  version: 4,
}
const UMBRA_INC = {
  id: "c-2",
  name: "Umbra Inc.",
  phone: "+49 30 1",
  addresses: [{ street: "Tor 1", city: "Berlin" }],
  parent_id: "c-9",
  custom: { rating: "B", points: "2" },
  version: 2,
}
const ALIKE = { score: 0.979, because: ["name", "vat_number"] }
const MERGE = { other_id: "c-2", status: "DONE", take: {}, moved: 3, created_at: "2026-03-02T10:00:00Z" }

const address = () => screen.getByTestId("address").textContent

/** A platform with two companies that may be one; `merges` are those of the first. */
function twice(merges: (time: number) => readonly object[] = () => []) {
  let time = 0
  return ({ method, path, query }: Request): Response | undefined => {
    if (method === "POST") return accepted("c-1")
    switch (path) {
      case "/crm/companies/c-1":
        return json(UMBRA, 200, { ETag: '"4.x"' })
      case "/crm/companies/c-2":
        return json(UMBRA_INC, 200, { ETag: '"2"' })
      case "/crm/companies/c-1/duplicates":
        return json({ items: [{ ...ALIKE, company: UMBRA_INC }] })
      case "/crm/companies/c-1/merges":
        return json({ items: merges(++time) })
      case "/crm/duplicates/companies":
        return query.get("cursor") === null
          ? page([{ ...ALIKE, companies: [UMBRA, UMBRA_INC] }], "more")
          : page([{ score: 0.6, because: ["phone"], companies: [{ id: "c-7", name: "Sete" }, { id: "c-8", name: null }] }])
      case "/crm/companies":
        return page([UMBRA, UMBRA_INC, { id: "c-9", name: "Group" }])
      case "/crm/field-sets":
        return page([
          { id: "fs-2", record: "company", version: 1, fields: [RATING, POINTS].map((own) => ({ ...own, retired: false })) },
        ])
      default:
        return undefined
    }
  }
}

describe("a record that is about to be made", () => {
  const MAY = { "crm.company.read": "all", "crm.company.create": "all" }
  const alike = ({ path, query }: Request): Response | undefined => {
    if (path === "/access/me") return json({ permissions: MAY })
    if (path !== "/crm/companies/duplicates") return undefined
    if (query.get("name") === "The") return problem(400, "too_little_said", "Say more of the company.")
    return json({ items: [{ ...ALIKE, company: UMBRA }] })
  }

  test("is said to be on file already, once somebody pauses, and the form stays", async () => {
    const { user, asked, posts } = openAt("/crm/companies/new", alike)
    await user.type(await screen.findByLabelText(/^Name/), "Umbra")
    await user.type(screen.getByLabelText(/^Sector/), "chairs")
    const section = await screen.findByRole("region", { name: "This company may be on file already" })
    expect(section).toHaveTextContent("Umbra 97 % likely, by name, VAT number")
    expect(within(section).getByRole("link", { name: "Umbra" })).toHaveAttribute("href", "/crm/companies/c-1")
    expect(within(section).getByRole("link", { name: "Umbra" })).toHaveAttribute("target", "_blank")
    const queries = asked("/crm/companies/duplicates").map(({ query }) => query.toString())
    expect(queries).toEqual(["name=Umbra&limit=3"])
    await user.clear(screen.getByLabelText(/^Name/))
    await waitFor(() => expect(screen.queryByRole("region", { name: /on file already/ })).toBeNull())
    expect(posts()).toEqual([])
  })

  test("is nobody's likeness while too little is said", async () => {
    const { user, asked } = openAt("/crm/companies/new", alike)
    await user.type(await screen.findByLabelText(/^Name/), "Th")
    await user.type(screen.getByLabelText(/^Name/), "e")
    await waitFor(() => expect(asked("/crm/companies/duplicates")).toHaveLength(1))
    expect(screen.queryByRole("region", { name: /on file already/ })).toBeNull()
    await user.type(screen.getByLabelText(/^Name/), " Umbra")
    expect(await screen.findByRole("region", { name: /on file already/ })).toBeInTheDocument()
  })

  test("is not looked for by who may not read companies", async () => {
    const { user, asked } = openAt("/crm/companies/new", (request) =>
      request.path === "/access/me" ? json({ permissions: { "crm.company.create": "all" } }) : alike(request),
    )
    await user.type(await screen.findByLabelText(/^Name/), "Umbra")
    // Where they are looked for, there is a place in which they will be told.
    expect(within(screen.getByRole("form")).queryByRole("status")).toBeNull()
    expect(asked("/crm/companies/duplicates")).toEqual([])
  })
})

describe("a record that may be there twice", () => {
  test("says so, why, and where the two can be compared", async () => {
    openAt("/crm/companies/c-1", twice())
    const section = await screen.findByRole("region", { name: "May be the same company" })
    expect(section).toHaveTextContent("Umbra Inc. 97 % likely, by name, VAT number")
    expect(within(section).getByRole("link", { name: "Compare" })).toHaveAttribute(
      "href",
      "/crm/companies/c-1/merge?with=c-2",
    )
  })

  test("is told to be two", async () => {
    const { user, posts } = openAt("/crm/companies/c-1", twice())
    await user.click(await screen.findByRole("button", { name: "They are two" }))
    expect(posts().map(({ path, body }) => [path, body])).toEqual([
      ["/crm/companies/c-1/dismiss-duplicate", { other_id: "c-2" }],
    ])
  })

  test("offers nothing as of another day", async () => {
    openAt("/crm/companies/c-1?as_of=2026-01-01", twice(() => [MERGE]))
    const section = await screen.findByRole("region", { name: "May be the same company" })
    expect(within(section).queryByRole("link", { name: "Compare" })).toBeNull()
    expect(within(section).queryByRole("button")).toBeNull()
    await screen.findByRole("region", { name: "Merged into this one" })
    expect(screen.queryByRole("button", { name: "Tell apart" })).toBeNull()
  })

  test("has no forms in its menu that ask for an id", async () => {
    const { user } = openAt("/crm/companies/c-1", twice())
    await user.click(await screen.findByRole("button", { name: "Actions" }))
    expect(screen.queryByRole("button", { name: "Unmerge" })).toBeNull()
    expect(screen.queryByRole("button", { name: "Dismiss duplicate" })).toBeNull()
    await user.click(screen.getByRole("button", { name: "Merge" }))
    expect(address()).toBe("/crm/companies/c-1/merge")
  })
})

describe("two records side by side", () => {
  const rowOf = (name: string) => screen.getByRole("row", { name: new RegExp(`^${name}`) })

  test("leave a choice where both say something else", async () => {
    openAt("/crm/companies/c-1/merge?with=c-2", twice())
    await screen.findByRole("form", { name: "Merge" })
    const choices = Object.fromEntries(
      ["Name", "Phone", "Address", "Parent", "Rating"].map((name) => [
        name,
        within(rowOf(name)).queryAllByRole("radio").length,
      ]),
    )
    expect(choices).toEqual({ Name: 2, Phone: 0, Address: 2, Parent: 0, Rating: 2 })
    expect(screen.queryByRole("row", { name: /^Points/ })).toBeNull()
    expect(rowOf("Address")).toHaveTextContent("Am Tor 1, BerlinTor 1, Berlin")
    await waitFor(() => expect(rowOf("Parent")).toHaveTextContent("Group"))
  })

  test("become one, with what was chosen, as it was seen", async () => {
    const { user, posts } = openAt("/crm/companies/c-1/merge?with=c-2", twice())
    await user.click(await screen.findByRole("radio", { name: "Umbra Inc." }))
    await user.click(screen.getByRole("radio", { name: "B" }))
    await user.click(screen.getByRole("radio", { name: "Tor 1, Berlin" }))
    await user.click(screen.getByRole("radio", { name: "Am Tor 1, Berlin" }))
    await user.click(screen.getByRole("button", { name: "Merge" }))
    await waitFor(() => expect(address()).toBe("/crm/companies/c-1"))
    const [sent] = posts()
    expect(sent?.path).toBe("/crm/companies/c-1/merge")
    expect(sent?.body).toEqual({ other_id: "c-2", take: { name: "other", "custom.rating": "other" } })
    expect(sent?.headers.get("If-Match")).toBe('"4.x"')
  })

  test("decide nothing that one does not see", async () => {
    openAt("/crm/companies/c-1/merge?with=c-2", (request) =>
      request.path === "/crm/companies/c-2"
        ? json({ ...UMBRA_INC, name: null, hidden: ["name", "custom"] })
        : twice()(request),
    )
    await screen.findByRole("form", { name: "Merge" })
    expect(screen.getAllByRole("rowheader").map((each) => each.textContent)).toEqual(["Phone", "Address", "Parent"])
  })

  test("can stand the other way round", async () => {
    const { user } = openAt("/crm/companies/c-1/merge?with=c-2", twice())
    await user.click(await screen.findByRole("link", { name: "The other one stays" }))
    expect(address()).toBe("/crm/companies/c-2/merge?with=c-1")
  })

  test("say why they are not merged", async () => {
    const { user } = openAt("/crm/companies/c-1/merge?with=c-2", (request) =>
      request.method === "POST"
        ? problem(409, "merge_running", "It is about to take another's place; wait.")
        : twice()(request),
    )
    await user.click(await screen.findByRole("button", { name: "Merge" }))
    expect(await screen.findByRole("alert")).toHaveTextContent("It is about to take another's place; wait.")
    expect(address()).toBe("/crm/companies/c-1/merge?with=c-2")
  })

  test("are not the same", async () => {
    openAt("/crm/companies/c-1/merge?with=c-1", twice())
    expect(await screen.findByRole("alert")).toHaveTextContent("That is the same record; choose another.")
    expect(screen.queryByRole("form", { name: "Merge" })).toBeNull()
  })

  test("are one already where the other was merged into this one", async () => {
    openAt("/crm/companies/c-1/merge?with=c-2", (request) =>
      request.path === "/crm/companies/c-2" ? json(UMBRA) : twice()(request),
    )
    expect(await screen.findByText("They are one already.")).toBeInTheDocument()
    expect(screen.queryByRole("form", { name: "Merge" })).toBeNull()
  })

  test("begin with one, to which another is chosen", async () => {
    const { user } = openAt("/crm/companies/c-1/merge", twice())
    await user.type(await screen.findByRole("combobox", { name: "The one that goes" }), "Umbra I")
    await user.click(await screen.findByRole("option", { name: /Umbra Inc/ }))
    await waitFor(() => expect(address()).toBe("/crm/companies/c-1/merge?with=c-2"))
  })
})

describe("a merge", () => {
  test("is followed until it is done, and taken back", async () => {
    const { user, posts } = openAt(
      "/crm/companies/c-1",
      twice((time) => [time === 1 ? { ...MERGE, status: "ABSORBED", moved: 0 } : MERGE]),
    )
    const section = await screen.findByRole("region", { name: "Merged into this one" })
    expect(section).toHaveTextContent("its values are here, what named it is on its way")
    const back = await within(section).findByRole("button", { name: "Tell apart" }, { timeout: 3000 })
    expect(section).toHaveTextContent("Umbra Inc.")
    expect(section).toHaveTextContent("done, with 3 records that named it")
    await user.click(back)
    expect(posts().map(({ path, body }) => [path, body])).toEqual([["/crm/companies/c-1/unmerge", { other_id: "c-2" }]])
  })
})

describe("all pairs of a list", () => {
  test("are there page after page, each to be compared or told apart", async () => {
    const { user, posts } = openAt("/crm/companies", twice())
    await user.click(await screen.findByRole("link", { name: "Duplicates" }))
    expect(await screen.findByRole("heading", { name: "Companies that may be one" })).toBeInTheDocument()
    await user.click(await screen.findByRole("button", { name: "Show more" }))
    const pairs = () => within(screen.getByRole("main")).getAllByRole("listitem")
    await waitFor(() => expect(pairs()).toHaveLength(2))
    const [first, second] = pairs()
    expect(first).toHaveTextContent("Umbra and Umbra Inc. 97 % likely, by name, VAT number")
    expect(second).toHaveTextContent("Sete and c-8 60 % likely, by phone")
    await user.click(within(second as HTMLElement).getByRole("button", { name: "They are two" }))
    expect(posts().map(({ path, body }) => [path, body])).toEqual([
      ["/crm/companies/c-7/dismiss-duplicate", { other_id: "c-8" }],
    ])
  })

  test("are none where none look alike", async () => {
    openAt("/crm/companies/duplicates", (request) =>
      request.path === "/crm/duplicates/companies" ? page([]) : twice()(request),
    )
    expect(await screen.findByText("No two of them look alike.")).toBeInTheDocument()
  })

  test("are none of a list whose records are not compared", async () => {
    openAt("/crm/deals/duplicates")
    expect(await screen.findByRole("heading", { name: "There is nothing here" })).toBeInTheDocument()
  })
})
