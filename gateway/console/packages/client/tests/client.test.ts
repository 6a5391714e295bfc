import { describe, expect, test } from "@jest/globals"
import { createClient, failureOf, submission } from "../src/index"

interface Sent {
  readonly path: string
  readonly headers: Headers
  readonly body: unknown
}

type Reply = Response | Error

/** A network that answers in order, and what it was sent. */
function network(...replies: readonly Reply[]) {
  const sent: Sent[] = []
  const left = [...replies]
  const send = (input: RequestInfo | URL, init?: RequestInit) => {
    const body = typeof init?.body === "string" ? (JSON.parse(init.body) as unknown) : null
    sent.push({ path: input as string, headers: new Headers(init?.headers), body })
    const reply = left.shift()
    if (reply === undefined) return Promise.reject(new Error("Nothing more was to be sent."))
    return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply)
  }
  return { send, sent }
}

const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  new Response(JSON.stringify(body), { status, headers })
const accepted = (position = "p1") => json(200, { id: "d1", version: 2, position, events: [] })
const problem = (status: number, code: string, more: object = {}) =>
  json(status, { status, code, detail: `It was ${code}.`, ...more })
const down = () => new TypeError("Failed to fetch")

const failing = async (promise: Promise<unknown>) => failureOf(await promise.catch((thrown: unknown) => thrown))

describe("a session", () => {
  test("gives the token that changes bear", async () => {
    const { send, sent } = network(json(200, { tenant: "demo", user: "ann", csrf: "c-17", seconds: 60 }), accepted())
    const client = createClient(send)
    expect(await client.session()).toMatchObject({ tenant: "demo", user: "ann" })
    await client.post("/crm/deals/d1/win", {}, { key: "k", match: null })
    expect(sent[1]?.headers.get("Nexus-CSRF")).toBe("c-17")
  })

  test("is missing where nobody is signed in, and the token goes with signing out", async () => {
    expect(await createClient(network(problem(401, "unauthenticated")).send).session()).toBeNull()
    const { send, sent } = network(
      json(200, { tenant: "demo", user: "ann", csrf: "c-18", seconds: 60 }),
      json(200, { end_session: "https://login.example.com/out" }),
    )
    const client = createClient(send)
    await client.session()
    expect(await client.signOut()).toBe("https://login.example.com/out")
    expect(sent[1]).toMatchObject({ path: "/signout" })
    expect(sent[1]?.headers.get("Nexus-CSRF")).toBe("c-18")
  })
})

describe("a position", () => {
  test("of the last change goes with later queries", async () => {
    const { send, sent } = network(json(200, { items: [] }), accepted("p7"), json(200, { items: [] }))
    const client = createClient(send)
    await client.get("/crm/deals")
    await client.post("/crm/deals/d1/win", {}, { key: "k", match: null })
    await client.get("/crm/deals", { stage: "WON", q: null })
    expect(sent.map((each) => each.headers.get("Nexus-After"))).toEqual([null, null, "p7"])
    expect(sent[2]?.path).toBe("/crm/deals?stage=WON")
  })

  test("of each of several changes goes with later queries, of the last eight", async () => {
    const changes = Array.from({ length: 9 }, (_, number) => accepted(`p${String(number)}`))
    const { send, sent } = network(...changes, json(200, { items: [] }))
    const client = createClient(send)
    for (const [number] of changes.entries()) {
      await client.post(`/crm/deals/d${String(number)}/win`, {}, { key: "k", match: null })
    }
    await client.get("/crm/deals")
    expect(sent[9]?.headers.get("Nexus-After")).toBe("p1, p2, p3, p4, p5, p6, p7, p8")
  })

  test("that is not reached in time gives what there is, and says so", async () => {
    const { send, sent } = network(
      accepted("p7"),
      problem(504, "position_late"),
      json(200, { name: "Old" }, { ETag: '"3"' }),
    )
    const client = createClient(send)
    await client.post("/crm/deals/d1/win", {}, { key: "k", match: '"2"' })
    expect(await client.get("/crm/deals/d1")).toEqual({ value: { name: "Old" }, etag: '"3"', late: true })
    expect(sent[0]?.headers.get("If-Match")).toBe('"2"')
    expect(sent[2]?.headers.get("Nexus-After")).toBeNull()
  })
})

describe("a submission", () => {
  const keys = (sent: readonly Sent[]) => sent.map((each) => each.headers.get("Idempotency-Key"))

  test("that nobody answered keeps its key when it is sent again", async () => {
    const { send, sent } = network(down(), problem(503, "unavailable"), accepted())
    const submit = submission(createClient(send))
    const once = () => submit("/crm/deals", { name: "A" }, null)
    expect(await failing(once())).toEqual({ kind: "unreachable" })
    expect(await failing(once())).toMatchObject({ kind: "broken", status: 503 })
    expect(await once()).toMatchObject({ id: "d1" })
    expect(new Set(keys(sent)).size).toBe(1)
  })

  test("that is another, or was answered, has a key of its own", async () => {
    const { send, sent } = network(down(), problem(422, "name_taken"), accepted(), accepted())
    const submit = submission(createClient(send))
    await failing(submit("/crm/deals", { name: "A" }, null))
    await failing(submit("/crm/deals", { name: "B" }, null))
    await submit("/crm/deals", { name: "B" }, null)
    await submit("/crm/deals", { name: "B" }, null)
    expect(new Set(keys(sent)).size).toBe(4)
  })
})

describe("a text", () => {
  test("is read to so many bytes, and no further", async () => {
    const whole = "a".repeat(70_000)
    const text = (most: number) => createClient(network(new Response(whole)).send).text("/report", most)
    expect(await text(100_000)).toBe(whole)
    const parts = ["ä1", "ä2", "ä3"].map((part) => new TextEncoder().encode(part))
    const stream = new ReadableStream({ pull: (way) => way.enqueue(parts.shift() ?? new Uint8Array([33])) })
    expect(await createClient(network(new Response(stream)).send).text("/report", 6)).toBe("ä1ä2")
  })

  test("that is not there is a failure", async () => {
    const client = createClient(network(problem(404, "not_found")).send)
    expect(await failing(client.text("/report", 10))).toMatchObject({ kind: "refused", status: 404 })
  })
})

describe("a file", () => {
  test("is sent as it is, with the token", async () => {
    const { send, sent } = network(
      json(200, { tenant: "demo", user: "ann", csrf: "c-19", seconds: 60 }),
      json(201, { file: "f00", size: 3 }),
    )
    const client = createClient(send)
    await client.session()
    expect(await client.upload(new Blob(["a,b"]))).toEqual({ file: "f00", size: 3 })
    expect(sent[1]?.path).toBe("/integration/files")
    expect(sent[1]?.headers.get("Nexus-CSRF")).toBe("c-19")
    expect(sent[1]?.headers.get("Content-Type")).toBe("application/octet-stream")
  })
})

describe("a problem", () => {
  const asked = (reply: Reply) => failing(createClient(network(reply).send).get("/crm/deals"))

  test("with fields names them", async () => {
    const errors = [{ field: "lines.0.name", code: "missing", message: "Field required" }]
    expect(await asked(problem(422, "invalid_field", { errors }))).toEqual({
      kind: "refused",
      status: 422,
      code: "invalid_field",
      detail: "It was invalid_field.",
      errors,
    })
  })

  test("with one field alone says it of that one", async () => {
    const failure = await asked(problem(400, "bad_value", { field: "amount" }))
    expect(failure).toMatchObject({ errors: [{ field: "amount", code: "bad_value", message: "It was bad_value." }] })
  })

  test("is of a kind that a page can act upon", async () => {
    expect(await asked(problem(412, "stale_version", { version: 4 }))).toEqual({
      kind: "changed",
      detail: "It was stale_version.",
      version: 4,
    })
    expect(await asked(problem(401, "unauthenticated"))).toEqual({ kind: "signed-out" })
    expect(await asked(down())).toEqual({ kind: "unreachable" })
    expect(await asked(new Response("<h1>Bad gateway</h1>", { status: 502 }))).toEqual({
      kind: "broken",
      status: 502,
      detail: "The platform answered 502.",
    })
    expect(await asked(problem(504, "outcome_unknown"))).toMatchObject({ kind: "broken", status: 504 })
  })
})
