import { describe, expect, test } from "@jest/globals"
import { screen, waitFor, within } from "@testing-library/react"
import type { OwnField } from "../src/catalogue/own"
import { accepted, openAt, page, problem, type Request, TIER } from "./platform"

const defines = (request: Request) => request.method === "POST" && request.path === "/crm/field-sets"

/** A platform that keeps the fields that are defined for deals. */
function keeping(fields: OwnField[]) {
  return (request: Request): Response | undefined => {
    if (defines(request)) {
      const body = request.body as Partial<OwnField>
      fields.push({ ...TIER, help: null, choices: [], ...body })
      return accepted("fs-1", 2)
    }
    return request.path === "/crm/field-sets"
      ? page([{ id: "fs-1", record: "deal", version: 1, fields: [...fields] }])
      : undefined
  }
}

describe("fields of one's own", () => {
  test("are defined, and stand in the list at once", async () => {
    const { user, posts } = openAt("/fields?of=deal", keeping([TIER]))
    await user.click(await screen.findByRole("button", { name: "Define a field" }))
    const form = screen.getByRole("form", { name: "Define a field" })
    await user.type(within(form).getByLabelText("Label"), "Paint colour")
    expect(within(form).getByLabelText("Key")).toHaveValue("paint_colour")
    await user.selectOptions(within(form).getByLabelText("Holds"), "Several choices")
    await user.type(within(form).getByLabelText("Choices"), "Red\n Green \n")
    await user.click(within(form).getByRole("button", { name: "Define" }))
    expect(await screen.findByText("Paint colour")).toBeInTheDocument()
    expect(posts()[0]?.body).toEqual({
      record: "deal",
      key: "paint_colour",
      label: "Paint colour",
      kind: "CHOICES",
      choices: ["Red", "Green"],
    })
    await user.click(screen.getByRole("link", { name: "Deals" }))
    expect(await screen.findByRole("columnheader", { name: "Paint colour" })).toBeInTheDocument()
  })

  test("that are refused say why at their fields", async () => {
    const { user } = openAt("/fields?of=deal", (request) =>
      defines(request)
        ? problem(422, "formula_wrong", "There is no field 'amountt'.", {
            errors: [{ field: "formula", code: "formula_wrong", message: "There is no field 'amountt'." }],
          })
        : undefined,
    )
    await user.click(await screen.findByRole("button", { name: "Define a field" }))
    await user.type(screen.getByLabelText("Label"), "Part")
    await user.selectOptions(screen.getByLabelText("Holds"), "Formula")
    await user.type(screen.getByLabelText("Formula"), "amountt / 2")
    await user.click(screen.getByRole("button", { name: "Define" }))
    await waitFor(() => expect(screen.getByLabelText("Formula")).toBeInvalid())
    expect(screen.getByLabelText("Formula")).toHaveAccessibleDescription("There is no field 'amountt'.")
    expect(screen.getByLabelText("Formula")).toHaveValue("amountt / 2")
  })

  test("are changed and retired as the version that was seen", async () => {
    const { user, posts } = openAt("/fields?of=deal", ({ method }) =>
      method === "POST" ? accepted("fs-1", 2) : undefined,
    )
    await user.click(await screen.findByRole("button", { name: "Change" }))
    const form = screen.getByRole("form", { name: "Change Customer tier" })
    await user.clear(within(form).getByLabelText("Help"))
    await user.type(within(form).getByLabelText("Choices"), "\nBronze")
    await user.click(within(form).getByRole("button", { name: "Save" }))
    await user.click(await screen.findByRole("button", { name: "Retire" }))
    await waitFor(() => expect(posts()).toHaveLength(2))
    expect(posts().map(({ path, body }) => [path, body])).toEqual([
      [
        "/crm/field-sets/fs-1/change-field",
        { key: "tier", label: "Customer tier", choices: ["Gold", "Silver", "Bronze"] },
      ],
      ["/crm/field-sets/fs-1/retire-field", { key: "tier" }],
    ])
    expect(posts().map(({ headers }) => headers.get("If-Match"))).toEqual(['"1"', '"1"'])
  })
})
