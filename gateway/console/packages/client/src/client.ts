import { Failed, failureOf, readFailure } from "./failure"
import type { Accepted } from "./submission"

export interface Session {
  readonly tenant: string
  readonly user: string | null
  readonly csrf: string
  readonly seconds: number
}

/** `late`: the answer is older than the last change that was sent from here. */
export interface Answer<T> {
  readonly value: T
  readonly etag: string | null
  readonly late: boolean
}

export interface Page<T> {
  readonly items: readonly T[]
  readonly next_cursor: string | null
}

/** What the platform keeps of a file that was sent. */
export interface Uploaded {
  /** Its hash, by which it is named from then on. */
  readonly file: string
  readonly size: number
}

export type Query = Readonly<Record<string, string | null>>

export interface Client {
  /** Who is signed in, or null. */
  readonly session: () => Promise<Session | null>
  /** Asks for what is at a path; parameters that are null are left out. */
  readonly get: <T>(path: string, query?: Query, signal?: AbortSignal) => Promise<Answer<T>>
  /** The beginning of a text, such as a report, until there are so many bytes of it. */
  readonly text: (path: string, most: number, signal?: AbortSignal) => Promise<string>
  readonly upload: (file: Blob) => Promise<Uploaded>
  /** Sends a change. `key` makes sending it again safe, `match` refuses it if the record is another by now. */
  readonly post: (
    path: string,
    body: unknown,
    more: { readonly key: string; readonly match: string | null },
  ) => Promise<Accepted>
  /** Ends the session; gives the address where the provider ends its own, if it has one. */
  readonly signOut: () => Promise<string | null>
}

export function addressOf(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== null)
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`
}

/** Each names the place of one change, which later ones elsewhere say nothing of. */
const REMEMBERED = 8

/** The way to the API of the page's own origin. It keeps what each session and each change tell: the token against
 * forgery, and the positions that later queries must have reached. */
export function createClient(send: typeof fetch): Client {
  let csrf = ""
  let positions: readonly string[] = []

  async function reach(address: string, init: RequestInit): Promise<Response> {
    try {
      return await send(address, { credentials: "same-origin", ...init })
    } catch (thrown) {
      if (init.signal?.aborted === true) throw thrown
      throw new Failed({ kind: "unreachable" })
    }
  }

  async function read<T>(address: string, after: string | null, signal: AbortSignal | undefined): Promise<Answer<T>> {
    const headers = { Accept: "application/json", ...(after === null ? {} : { "Nexus-After": after }) }
    const answer = await reach(address, { headers, ...(signal === undefined ? {} : { signal }) })
    if (!answer.ok) throw new Failed(await readFailure(answer))
    return { value: (await answer.json()) as T, etag: answer.headers.get("ETag"), late: false }
  }

  async function sent(path: string, body: BodyInit, more: Readonly<Record<string, string>>): Promise<unknown> {
    const headers = { Accept: "application/json", "Nexus-CSRF": csrf, ...more }
    const answer = await reach(path, { method: "POST", headers, body })
    if (!answer.ok) throw new Failed(await readFailure(answer))
    return answer.json()
  }

  const change = (path: string, body: unknown, more: Readonly<Record<string, string>>) =>
    sent(path, JSON.stringify(body), { "Content-Type": "application/json", ...more })

  return {
    async session() {
      const answer = await reach("/signin/session", { headers: { Accept: "application/json" } })
      if (answer.status === 401) return null
      if (!answer.ok) throw new Failed(await readFailure(answer))
      const session = (await answer.json()) as Session
      csrf = session.csrf
      return session
    },
    async get<T>(path: string, query?: Query, signal?: AbortSignal) {
      const address = addressOf(path, query)
      try {
        return await read<T>(address, positions.length === 0 ? null : positions.join(", "), signal)
      } catch (thrown) {
        if (failureOf(thrown)?.kind !== "late") throw thrown
        return { ...(await read<T>(address, null, signal)), late: true }
      }
    },
    async text(path, most, signal) {
      const answer = await reach(path, signal === undefined ? {} : { signal })
      if (!answer.ok) throw new Failed(await readFailure(answer))
      return beginning(answer, most)
    },
    async upload(file) {
      return (await sent("/integration/files", file, { "Content-Type": "application/octet-stream" })) as Uploaded
    },
    async post(path, body, { key, match }) {
      const more = { "Idempotency-Key": key, ...(match === null ? {} : { "If-Match": match }) }
      const accepted = (await change(path, body, more)) as Accepted
      positions = [...positions, accepted.position].slice(-REMEMBERED)
      return accepted
    },
    async signOut() {
      const answer = (await change("/signout", {}, {})) as { readonly end_session: string | null }
      return answer.end_session
    },
  }
}

async function beginning(answer: Response, most: number): Promise<string> {
  const reader = answer.body?.getReader()
  const decoder = new TextDecoder()
  let text = ""
  for (let bytes = 0; bytes < most; ) {
    const part = await reader?.read()
    if (part?.value === undefined) return text + decoder.decode()
    bytes += part.value.length
    text += decoder.decode(part.value, { stream: true })
  }
  await reader?.cancel()
  return text
}
