import { describe, expect, test } from "@jest/globals"
import { screen, waitFor, within } from "@testing-library/react"
import { json, openAt } from "./platform"

const found = (id: string, title: string, hit: string) => ({
  type: "deals",
  id,
  path: `/crm/deals/${id}`,
  title,
  parked: false,
  highlights: [
    {
      field: "name",
      parts: [
        { text: hit, hit: true },
        { text: title.slice(hit.length), hit: false },
      ],
    },
  ],
})
const finds = (...items: readonly ReturnType<typeof found>[]) => json({ items, suggest: [], counts: {}, building: [] })

const chosen = () =>
  within(screen.getByRole("listbox", { name: "Found" }))
    .getAllByRole("option")
    .find((option) => option.getAttribute("aria-selected") === "true")
const box = () => screen.findByRole("combobox", { name: "Search everything" })

describe("the search box", () => {
  const two = () => finds(found("d-1", "Ten chairs", "Ten"), found("d-2", "Tent poles", "Ten"))

  test("is reached by /, gone through by arrows and left by Enter for what was found", async () => {
    const { user, asked } = openAt("/crm/companies", ({ path }) => (path === "/search" ? two() : undefined))
    await box()
    await user.keyboard("/ten")
    await screen.findAllByRole("option")
    expect(asked("/search").map((request) => request.query.get("q"))).toEqual(["ten"])
    expect(screen.getAllByText("Ten", { selector: "mark" })).toHaveLength(2)
    expect(chosen()).toHaveTextContent("Ten chairs")
    await user.keyboard("{ArrowDown}")
    expect(chosen()).toHaveTextContent("Tent poles")
    expect(await box()).toHaveAttribute("aria-activedescendant", chosen()?.id)
    await user.keyboard("{ArrowUp}{Enter}")
    await waitFor(() => expect(screen.getByTestId("address")).toHaveTextContent("/crm/deals/d-1"))
    expect(await box()).toHaveValue("")
  })

  test("is closed by Escape", async () => {
    const { user } = openAt("/crm/companies", ({ path }) => (path === "/search" ? two() : undefined))
    await user.type(await box(), "ten")
    await screen.findAllByRole("option")
    await user.keyboard("{Escape}")
    expect(screen.queryByRole("option")).toBeNull()
  })

  test("drops an answer that comes after that to what was typed later", async () => {
    let late: (answer: Response) => void = () => undefined
    const { user, asked } = openAt("/crm/companies", ({ path, query }) => {
      if (path !== "/search") return undefined
      return query.get("q") === "ten"
        ? new Promise((resolve) => {
            late = resolve
          })
        : finds(found("d-3", "Tents", "Tents"))
    })
    await user.type(await box(), "ten")
    await waitFor(() => expect(asked("/search")).toHaveLength(1))
    await user.type(await box(), "ts")
    expect(await screen.findByRole("option", { name: /Tents/ })).toBeInTheDocument()
    late(finds(found("d-1", "Ten chairs", "Ten")))
    await waitFor(() => expect(screen.getAllByRole("option")).toHaveLength(1))
    expect(screen.queryByRole("option", { name: /Ten chairs/ })).toBeNull()
  })

  test("goes to what was typed, not to what was still shown, when Enter comes first", async () => {
    const { user } = openAt("/crm/companies", ({ path, query }) =>
      path !== "/search" ? undefined : query.get("q") === "ten" ? two() : finds(found("d-9", "Tents", "Tents")),
    )
    await user.type(await box(), "ten")
    await screen.findAllByRole("option")
    await user.keyboard("{ArrowDown}")
    await user.type(await box(), "ts{Enter}")
    await waitFor(() => expect(screen.getByTestId("address")).toHaveTextContent("/crm/deals/"))
    expect(screen.getByTestId("address")).toHaveTextContent("/crm/deals/d-9")
  })
})
