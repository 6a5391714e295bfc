import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useClient } from "../reading/client"
import { useSettled } from "../reading/settled"

interface Part {
  readonly text: string
  readonly hit: boolean
}

export interface Found {
  readonly type: string
  readonly id: string
  readonly path: string
  readonly title: string | null
  readonly highlights: readonly { readonly field: string; readonly parts: readonly Part[] }[]
}

export interface Finds {
  readonly items: readonly Found[]
  readonly suggest: readonly string[]
}

const MOST = "8"

/** What is found by what is typed; `fresh` once it is an answer to just that. One to something that was typed before is
 * shown until then, and dropped when it comes late, since its key is another. */
export function useFinds(typed: string) {
  const client = useClient()
  const q = useSettled(typed.trim(), 150)
  const answer = useQuery({
    queryKey: ["finds", q],
    enabled: q !== "" && typed.trim() !== "",
    queryFn: async ({ signal }) => (await client.get<Finds>("/search", { q, limit: MOST }, signal)).value,
    placeholderData: keepPreviousData,
  })
  return { ...answer, fresh: answer.isSuccess && !answer.isPlaceholderData && q === typed.trim() }
}
