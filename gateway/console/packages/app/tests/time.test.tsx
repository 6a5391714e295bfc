import { describe, expect, test } from "@jest/globals"
import { fireEvent, screen, waitFor } from "@testing-library/react"
import { openAt } from "./platform"

const goTo = async (day: string) => fireEvent.change(await screen.findByLabelText("As of"), { target: { value: day } })
const address = () => screen.getByTestId("address").textContent
const BANNER = /as it stood on/

describe("another day", () => {
  test("is asked of lists and fields, said so, and nothing can be made", async () => {
    const { user, asked } = openAt("/crm/deals")
    await screen.findByRole("table")
    expect(screen.queryByText(BANNER)).toBeNull()
    await goTo("2017-06-30")
    expect(await screen.findByText(BANNER)).toBeInTheDocument()
    await waitFor(() => expect(asked("/crm/deals").at(-1)?.query.get("as_of")).toBe("2017-06-30"))
    expect(asked("/crm/field-sets").at(-1)?.query.get("as_of")).toBe("2017-06-30")
    expect(screen.getByRole("button", { name: "New deal" })).toBeDisabled()
    expect(screen.getByRole("searchbox", { name: "Search this list" })).toBeDisabled()
    await user.click(screen.getByRole("button", { name: "Back to now" }))
    expect(await screen.findByRole("link", { name: "New deal" })).toBeInTheDocument()
    await waitFor(() => expect(screen.queryByText(BANNER)).toBeNull())
  })

  test("stands in the address of every page, and a link with one shows it", async () => {
    const { user, asked } = openAt("/crm/deals?stage=WON&as_of=2017-06-30")
    expect(await screen.findByText(BANNER)).toHaveTextContent("Jun 30, 2017")
    const deal = await screen.findByRole("link", { name: "Ten chairs" })
    const said = asked("/crm/deals").map(({ query }) => [query.get("as_of"), query.get("stage")])
    expect(said).toEqual([["2017-06-30", "WON"]])
    await user.click(deal)
    await waitFor(() => expect(address()).toBe("/crm/deals/d-1?as_of=2017-06-30"))
    await goTo("2017-07-01")
    await waitFor(() => expect(address()).toBe("/crm/deals/d-1?as_of=2017-07-01"))
    await user.click(screen.getByRole("button", { name: "Back to now" }))
    await waitFor(() => expect(address()).toBe("/crm/deals/d-1"))
  })

  test("that is none is now", async () => {
    openAt("/crm/deals?as_of=yesterday")
    await screen.findByRole("table")
    expect(screen.queryByText(BANNER)).toBeNull()
    await waitFor(() => expect(address()).toBe("/crm/deals"))
  })

  test("switches off all changes of a record", async () => {
    const { asked } = openAt("/crm/deals/d-1?do=change")
    expect(await screen.findByRole("form", { name: "Change" })).toBeInTheDocument()
    expect(await screen.findByRole("button", { name: "Set Customer tier" })).toBeInTheDocument()
    await goTo("2017-06-30")
    await waitFor(() => expect(asked("/crm/deals/d-1").at(-1)?.query.get("as_of")).toBe("2017-06-30"))
    expect(await screen.findByRole("button", { name: "Actions" })).toBeDisabled()
    expect(await screen.findByRole("region", { name: "Fields of your own" })).toBeInTheDocument()
    expect(screen.queryByRole("form", { name: "Change" })).toBeNull()
    expect(screen.queryByRole("button", { name: "Set Customer tier" })).toBeNull()
    expect(asked("/crm/deals/d-1").at(-1)?.query.get("with")).toBe("timeline")
  })

  test("switches off new fields", async () => {
    openAt("/fields?of=deal")
    await screen.findByText("Customer tier")
    await goTo("2017-06-30")
    await waitFor(() => expect(screen.getByRole("button", { name: "Define a field" })).toBeDisabled())
    expect(screen.getByRole("button", { name: "Retire" })).toBeDisabled()
  })
})
