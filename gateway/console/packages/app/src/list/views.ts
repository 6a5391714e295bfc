import type { Page } from "@nexus360/client"
import type { List } from "@nexus360/contract"
import { useQuery } from "@tanstack/react-query"
import { useClient } from "../reading/client"
import { useMay } from "../reading/session"

/** A question about a list that somebody keeps. */
export interface View {
  readonly id: string
  readonly name: string
  readonly owner_id: string
  readonly where: string | null
  readonly sort: string | null
  readonly fields: readonly string[]
}

const NONE: readonly View[] = []

/** One's own views of a list, and those that are shared with one. */
export function useViews(list: List): readonly View[] {
  return useKept(list).data ?? NONE
}

/** Whether they are known, or cannot be. */
export function useViewsReady(list: List): boolean {
  return !useKept(list).isLoading
}

function useKept(list: List) {
  const client = useClient()
  return useQuery({
    queryKey: ["views", list.key],
    enabled: useMay()("admin.saved-view.read"),
    queryFn: async () =>
      (await client.get<Page<View>>("/admin/saved-views", { list: list.key, sort: "name", limit: "200" })).value.items,
  })
}
