import { type Client, failureOf } from "@nexus360/client"
import { QueryCache, QueryClient } from "@tanstack/react-query"
import { createContext, useContext } from "react"

const Way = createContext<Client | null>(null)
export const ClientProvider = Way.Provider

export function useClient(): Client {
  const client = useContext(Way)
  if (client === null) throw new Error("There is no client above this component.")
  return client
}

export const SESSION = ["session"] as const

/** What the server told, kept for a while. Whoever turns out to be signed out is asked for anew. */
export function createQueries(): QueryClient {
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (failureOf(error)?.kind === "signed-out" && query.queryKey[0] !== SESSION[0])
          void queries.invalidateQueries({ queryKey: SESSION })
      },
    }),
    defaultOptions: { queries: { staleTime: 15_000, retry: isWorthAnother } },
  })
  return queries
}

function isWorthAnother(failures: number, error: Error): boolean {
  const kind = failureOf(error)?.kind
  return failures < 2 && (kind === "unreachable" || kind === "broken")
}
