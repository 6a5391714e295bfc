import type { Page } from "@nexus360/client"
import type { List } from "@nexus360/contract"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useClient } from "../reading/client"
import type { Row } from "../reading/rows"
import { useSettled } from "../reading/settled"

export interface Option {
  readonly id: string
  readonly name: string
  readonly more: string
}

const NONE: readonly Option[] = []

/** Records that can be chosen, by what is typed: found by the search where the list has one, else by their names.
 * `fresh` once they are those of just that. */
export function useOptions(list: List | null, typed: string, open: boolean) {
  const client = useClient()
  const q = useSettled(typed.trim(), 200)
  const title = list?.title ?? null
  const answer = useQuery({
    queryKey: ["options", list?.key, q],
    enabled: list !== null && open,
    queryFn: async ({ signal }) => {
      if (list === null) return []
      const found = q === "" ? { sort: title } : list.search ? { q } : { [`${title ?? "id"}.contains`]: q }
      const { value } = await client.get<Page<Row>>(`/${list.key}`, { limit: "8", ...found }, signal)
      return value.items.map((row) => optionOf(list, row))
    },
    placeholderData: keepPreviousData,
  })
  return { options: answer.data ?? NONE, fresh: answer.isSuccess && !answer.isPlaceholderData && q === typed.trim() }
}

function optionOf(list: List, row: Row): Option {
  const name = list.title === null ? null : row[list.title]
  const more = list.columns.find(
    (column) =>
      column.name === "email" || (column.called === null && list.columns.some((other) => other.called === column.name)),
  )
  const said = more === undefined ? null : row[more.name]
  return { id: row.id, name: typeof name === "string" ? name : row.id, more: typeof said === "string" ? said : "" }
}
