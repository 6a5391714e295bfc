import { type Accepted, type Failure, failureOf, submission } from "@nexus360/client"
import { useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { useAsOf } from "../state/store"
import { SESSION, useClient } from "./client"

export interface Change {
  readonly send: (path: string, body: unknown, match?: string | null) => Promise<Accepted | null>
  readonly failure: Failure | null
  readonly busy: boolean
  readonly forget: () => void
}

/** How sending a change went. */
export type Sent = { readonly accepted: Accepted } | { readonly failure: Failure }

/** Sends changes. What is shown is asked for anew after each: names of a record stand in many places. */
export function useSend(): (path: string, body: unknown, match: string | null) => Promise<Sent> {
  const client = useClient()
  const queries = useQueryClient()
  const [submit] = useState(() => submission(client))
  return async (path, body, match) => {
    try {
      const accepted = await submit(path, body, match)
      void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== SESSION[0] })
      return { accepted }
    } catch (thrown) {
      const failure = failureOf(thrown)
      if (failure === null) throw thrown
      if (failure.kind === "signed-out") void queries.invalidateQueries({ queryKey: SESSION })
      return { failure }
    }
  }
}

/** Sends the changes of one form, and keeps how the last one went. */
export function useChange(): Change {
  const submit = useSend()
  const [state, setState] = useState<{ readonly busy: boolean; readonly failure: Failure | null }>({
    busy: false,
    failure: null,
  })

  async function send(path: string, body: unknown, match: string | null = null): Promise<Accepted | null> {
    setState({ busy: true, failure: null })
    const sent = await submit(path, body, match)
    setState({ busy: false, failure: "failure" in sent ? sent.failure : null })
    return "accepted" in sent ? sent.accepted : null
  }

  return { ...state, send, forget: () => setState((now) => ({ ...now, failure: null })) }
}

/** Whether changes can be made at all: what was is looked at and not changed. */
export function useIsNow(): boolean {
  return useAsOf() === null
}
