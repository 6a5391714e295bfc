import type { Client, Page } from "@nexus360/client"
import type { List } from "@nexus360/contract"
import { keepPreviousData, useQueries } from "@tanstack/react-query"
import { useLists } from "../catalogue/context"
import { useClient } from "./client"
import type { Row } from "./rows"
import { useMay } from "./session"

/** A record that is to be shown by its name. */
export interface Named {
  readonly list: string | null
  readonly id: unknown
}

export type NameOf = (list: string | null, id: string) => string | null

const MOST = 200

/** What records are called, each list asked once for all of them. Those that one may not see have no name,
 * and those that are asked for just now three dots. */
export function useNames(wanted: readonly Named[], asOf: string | null): NameOf {
  const client = useClient()
  const lists = useLists()
  const may = useMay()
  const asked = lists
    .filter((list) => list.title !== null && may(list.permission))
    .map((list) => ({ list, ids: idsOf(wanted, list.key) }))
    .filter(({ ids }) => ids.length > 0)
  const answers = useQueries({
    queries: asked.map(({ list, ids }) => ({
      queryKey: ["names", list.key, ids, asOf],
      queryFn: () => namesOf(client, list, ids, asOf),
      placeholderData: keepPreviousData<Readonly<Record<string, string>>>,
    })),
  })
  return (list, id) => {
    const answer = answers[asked.findIndex((each) => each.list.key === list)]
    return answer?.isPending === true ? "…" : (answer?.data?.[id] ?? null)
  }
}

function idsOf(wanted: readonly Named[], list: string): readonly string[] {
  const ids = wanted.flatMap(({ list: of, id }) => (of === list && typeof id === "string" && id !== "" ? [id] : []))
  return [...new Set(ids)].sort().slice(0, MOST)
}

async function namesOf(
  client: Client,
  list: List,
  ids: readonly string[],
  asOf: string | null,
): Promise<Readonly<Record<string, string>>> {
  const title = list.title ?? "id"
  const query = { "id.in": ids.join(","), fields: title, limit: `${MOST}`, as_of: list.times ? asOf : null }
  const { value } = await client.get<Page<Row>>(`/${list.key}`, query)
  return Object.fromEntries(
    value.items.flatMap((row) => (typeof row[title] === "string" ? [[row.id, row[title]]] : [])),
  )
}
