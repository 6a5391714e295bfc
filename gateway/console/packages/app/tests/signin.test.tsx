import { beforeEach, describe, expect, jest, test } from "@jest/globals"
import { render, screen, waitFor } from "@testing-library/react"
import { userEvent } from "@testing-library/user-event"
import { MemoryRouter } from "react-router"
import { SignIn } from "../src/shell/SignIn"
import { json, openAt, problem } from "./platform"

beforeEach(() => localStorage.clear())

const nobody = () => problem(401, "unauthenticated", "Nobody is signed in here.")

describe("signing in", () => {
  test("is asked of whoever has no session", async () => {
    const { sent } = openAt("/crm/deals?stage=WON", ({ path }) => (path === "/signin/session" ? nobody() : undefined))
    expect(await screen.findByLabelText("Your organisation")).toBeInTheDocument()
    expect(sent.map(({ path }) => path)).toEqual(["/signin/session"])
  })

  test("leads to the tenant's way in, and back to where one was", async () => {
    const go = jest.fn<(address: string) => void>()
    const user = userEvent.setup({ delay: null })
    render(
      <MemoryRouter basename="/console" initialEntries={["/console/crm/deals?stage=WON&q=a%26b"]}>
        <SignIn go={go} />
      </MemoryRouter>,
    )
    await user.type(screen.getByLabelText("Your organisation"), "acme")
    await user.click(screen.getByRole("button", { name: "Continue" }))
    const address = new URL(go.mock.calls[0]?.[0] ?? "", "http://platform.test")
    expect(address.pathname).toBe("/signin/acme")
    expect(address.searchParams.get("return_to")).toBe("/console/crm/deals?stage=WON&q=a%26b")
  })

  test("that ended leaves what was typed where it is", async () => {
    let signedIn = true
    const { user } = openAt("/crm/deals/new", ({ method, path }) => {
      if (path === "/signin/session")
        return signedIn ? json({ tenant: "demo", user: "u-1", csrf: "c", seconds: 9 }) : nobody()
      return method === "POST" && !signedIn ? nobody() : undefined
    })
    await user.type(await screen.findByLabelText(/^Name/), "Ten chairs")
    signedIn = false
    await user.click(screen.getByRole("button", { name: "Open" }))
    await waitFor(() => expect(screen.getAllByRole("alert").length).toBeGreaterThan(1))
    expect(screen.getByRole("link", { name: "Sign in" })).toHaveAttribute(
      "href",
      expect.stringContaining("/signin/demo?return_to="),
    )
    expect(screen.getByLabelText(/^Name/)).toHaveValue("Ten chairs")
  })
})
