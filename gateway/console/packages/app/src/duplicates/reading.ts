import type { Page } from "@nexus360/client"
import type { Duplicates, List } from "@nexus360/contract"
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query"
import { useClient } from "../reading/client"
import { pathOf, type Row } from "../reading/rows"
import { useSettled } from "../reading/settled"
import { useAskedAnew } from "../work/useWork"

/** How likely two records are one, between a half and 1, and what speaks for it, the strongest first. */
export interface Likeness {
  readonly score: number
  readonly because: readonly string[]
}

export interface Suggestion extends Likeness {
  readonly other: Row
}

export interface Pair extends Likeness {
  readonly one: Row
  readonly other: Row
}

export interface Merge {
  readonly other_id: string
  readonly status: "STARTED" | "ABSORBED" | "DONE" | "ABANDONED" | "UNMERGED"
  readonly moved: number
  readonly created_at: string
}

type Told = Likeness & Readonly<Record<string, unknown>>

const DUPLICATES = "duplicates"
const SUGGESTED = "5"
const PAIRS = "20"
const ON_FILE = "3"
const TYPING = 400
/** Letters of a value before it tells anything. */
const TELLING = 3
const PAUSE = 1_000

/** The records that may be the same one as this, the likeliest first. */
export function useSuggestions(list: List, duplicates: Duplicates, id: string, asOf: string | null) {
  const client = useClient()
  return useQuery({
    queryKey: [DUPLICATES, list.key, id, asOf],
    queryFn: async ({ signal }): Promise<readonly Suggestion[]> => {
      const path = `${pathOf(list, id)}/duplicates`
      const { value } = await client.get<Page<Told>>(path, { limit: SUGGESTED, as_of: asOf }, signal)
      return value.items.map((told) => ({ ...likeness(told), other: told[duplicates.noun] as Row }))
    },
  })
}

/** The records that may be the one that is about to be put on file, once somebody pauses; none while too little is said,
 * as the platform tells. */
export function useOnFile(
  list: List,
  duplicates: Duplicates,
  said: Readonly<Record<string, unknown>>,
): readonly Suggestion[] {
  const client = useClient()
  const told = duplicates.said.flatMap((name) => {
    const value = said[name]
    return typeof value === "string" && value.trim().length >= TELLING ? [[name, value.trim()]] : []
  })
  const asked = useSettled(new URLSearchParams(told).toString(), TYPING)
  const answer = useQuery({
    queryKey: [DUPLICATES, list.key, "new", asked],
    enabled: asked !== "",
    queryFn: async ({ signal }): Promise<readonly Suggestion[]> => {
      const query = { ...Object.fromEntries(new URLSearchParams(asked)), limit: ON_FILE }
      const { value } = await client.get<Page<Told>>(`/${list.key}/duplicates`, query, signal)
      return value.items.map((told) => ({ ...likeness(told), other: told[duplicates.noun] as Row }))
    },
    placeholderData: keepPreviousData,
  })
  return asked === "" || answer.isError ? [] : (answer.data ?? [])
}

/** All pairs of a list that may be one, page after page. */
export function usePairs(list: List, duplicates: Duplicates, asOf: string | null) {
  const client = useClient()
  return useInfiniteQuery({
    queryKey: [DUPLICATES, list.key, asOf],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<Told>>(duplicates.pairs, { limit: PAIRS, as_of: asOf, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.value.next_cursor,
    select: ({ pages }) =>
      pages.flatMap(({ value }) =>
        value.items.map((told): Pair => {
          const [one, other] = told[list.name] as readonly [Row, Row]
          return { ...likeness(told), one, other }
        }),
      ),
  })
}

/** The records whose place one took; asked again and again while a merge goes on. */
export function useMerges(list: List, id: string, asOf: string | null) {
  const client = useClient()
  const answer = useQuery({
    queryKey: ["merges", list.key, id, asOf],
    queryFn: async ({ signal }) =>
      (await client.get<Page<Merge>>(`${pathOf(list, id)}/merges`, { as_of: asOf }, signal)).value.items,
    refetchInterval: ({ state }) => (asOf === null && state.data?.some(isUnderWay) === true ? PAUSE : false),
  })
  useAskedAnew(answer.data?.some(isUnderWay) === true)
  return answer
}

export function isUnderWay(merge: Merge): boolean {
  return merge.status === "STARTED" || merge.status === "ABSORBED"
}

function likeness({ score, because }: Told): Likeness {
  return { score, because }
}
