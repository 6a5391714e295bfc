import type { Client } from "./client"
import { failureOf, isOpen } from "./failure"

/** What a command answers; `position` is how far queries must have come to see it. */
export interface Accepted {
  readonly id: string
  readonly version: number
  readonly position: string
  readonly events: readonly unknown[]
}

export type Send = (path: string, body: unknown, match: string | null) => Promise<Accepted>

/** The changes of one form. The same one sent again, after nobody knows how it went, keeps its key, so that it has one
 * effect; anything else that is sent has a key of its own. */
export function submission(client: Client): Send {
  let open: { readonly said: string; readonly key: string } | null = null
  return async (path, body, match) => {
    const said = JSON.stringify([path, body])
    const sent = open?.said === said ? open : { said, key: crypto.randomUUID() }
    open = sent
    try {
      const accepted = await client.post(path, body, { key: sent.key, match })
      open = null
      return accepted
    } catch (thrown) {
      const failure = failureOf(thrown)
      if (failure === null || !isOpen(failure)) open = null
      throw thrown
    }
  }
}
