import type { Answer, Page, Query } from "@nexus360/client"
import type { List } from "@nexus360/contract"
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query"
import { useClient } from "./client"

/** A record as a list or its own address shows it. */
export type Row = Readonly<Record<string, unknown>> & { readonly id: string }

const PAGE = "50"

/** The rows of a list, page after page. */
export function useRows(list: List, query: Query, enabled: boolean) {
  const client = useClient()
  return useInfiniteQuery({
    queryKey: ["rows", list.key, query],
    enabled,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<Row>>(`/${list.key}`, { limit: PAGE, ...query, cursor: pageParam }, signal),
    getNextPageParam: (last: Answer<Page<Row>>) => last.value.next_cursor,
    placeholderData: keepPreviousData,
  })
}

/** One record, with the tag by which a change says what it saw. */
export function useRecord(list: List, id: string, query: Query) {
  const client = useClient()
  return useQuery({
    queryKey: ["record", list.key, id, query],
    queryFn: ({ signal }) => client.get<Row>(pathOf(list, id), query, signal),
  })
}

export function pathOf(list: List, id: string): string {
  return `/${list.key}/${encodeURIComponent(id)}`
}
