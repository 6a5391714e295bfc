import { useQuery, useQueryClient } from "@tanstack/react-query"
import { useEffect, useRef } from "react"
import { useClient } from "../reading/client"

/** What goes on at the platform after it was asked for: an import, or a bulk change. */
export interface Work {
  readonly status: string
}

const UNDER_WAY = new Set(["NEW", "RUNNING", "CANCELLING", "REVERTING"])
const PAUSE = 1_000
const ASKED_ANEW = new Set(["rows", "record", "names", "timeline", "duplicates"])

export function isUnderWay(work: Work): boolean {
  return UNDER_WAY.has(work.status)
}

/** How far work is, asked again and again until it has ended; the records that it changed are asked for anew then. */
export function useWork<T extends Work>(path: string) {
  const client = useClient()
  const answer = useQuery({
    queryKey: ["work", path],
    queryFn: async ({ signal }) => (await client.get<T>(path, {}, signal)).value,
    refetchInterval: ({ state }) => (state.data !== undefined && isUnderWay(state.data) ? PAUSE : false),
  })
  useAskedAnew(answer.data !== undefined && isUnderWay(answer.data))
  return answer
}

/** Has records asked for anew once something is under way no more. */
export function useAskedAnew(underWay: boolean) {
  const queries = useQueryClient()
  const wasUnderWay = useRef(false)
  useEffect(() => {
    if (wasUnderWay.current && !underWay)
      void queries.invalidateQueries({ predicate: (query) => ASKED_ANEW.has(String(query.queryKey[0])) })
    wasUnderWay.current = underWay
  }, [underWay, queries])
}
