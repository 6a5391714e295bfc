import type { Page } from "@nexus360/client"
import type { List } from "@nexus360/contract"
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { useLists } from "../catalogue/context"
import { useClient } from "../reading/client"
import { pathOf } from "../reading/rows"
import { RecordLink } from "../shell/RecordLink"
import { Trouble } from "../shell/Notice"
import { words } from "../words/names"
import { momentWords } from "../words/values"
import { ENTRIES } from "./beside"

/** What happened; a history, of records without a timeline, has no sentences and names. */
export interface Happened {
  readonly event_id: string
  readonly type: string
  readonly aggregate: string
  readonly id: string
  readonly occurred_at: string
  readonly actor: string | null
  readonly actor_name?: string | null
  readonly sentence?: string
  readonly name?: string | null
}

interface Props {
  readonly list: List
  readonly id: string
  readonly asOf: string | null
  readonly first?: Page<Happened> | null
}

/** What happened to the record and around it, the last first. Its first page came with the record, where there is a
 * timeline; all of it is asked for once somebody wants more. */
export function Timeline({ list, id, asOf, first = null }: Props) {
  const client = useClient()
  const queries = useQueryClient()
  const [more, setMore] = useState(false)
  const path = `${pathOf(list, id)}/${list.timeline ? "timeline" : "history"}`
  const queryKey = ["timeline", path, asOf]
  const answer = useInfiniteQuery({
    queryKey,
    enabled: more || !list.timeline,
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) =>
      (await client.get<Page<Happened>>(path, { limit: ENTRIES, cursor: pageParam, as_of: asOf }, signal)).value,
    getNextPageParam: (last) => last.next_cursor,
  })
  const pages = more || !list.timeline ? (answer.data?.pages ?? []) : first === null ? [] : [first]

  const showMore = () => {
    if (!more) queries.setQueryData(queryKey, { pages, pageParams: [null] })
    setMore(true)
    void answer.fetchNextPage()
  }

  return (
    <section className="card" aria-labelledby="timeline-title">
      <h2 id="timeline-title">{list.timeline ? "Timeline" : "History"}</h2>
      {answer.isLoading && (
        <p className="loading" role="status">
          Loading…
        </p>
      )}
      {answer.isError && <Trouble error={answer.error} again={() => void answer.refetch()} />}
      <ol className="timeline">
        {pages
          .flatMap((page) => page.items)
          .map((item) => (
            <Event key={item.event_id} item={item} of={id} />
          ))}
      </ol>
      {pages.at(-1)?.next_cursor != null && (
        <button type="button" className="button" disabled={answer.isFetchingNextPage} onClick={showMore}>
          Show more
        </button>
      )}
    </section>
  )
}

function Event({ item, of }: { readonly item: Happened; readonly of: string }) {
  const lists = useLists()
  const [domain = "", type = ""] = item.type.split(".")
  const list = lists.find((each) => each.record === `${domain}.${item.aggregate}`)
  return (
    <li>
      <p>
        {item.sentence ?? words(type.replace(/(?<=[a-z])(?=[A-Z])/g, "_"))}
        {item.id !== of && list !== undefined && (
          <>
            {" "}
            <RecordLink list={list.key} id={item.id}>
              {item.name ?? words(item.aggregate)}
            </RecordLink>
          </>
        )}
      </p>
      <p className="hint">
        <time dateTime={item.occurred_at} title={item.occurred_at}>
          {momentWords(item.occurred_at)}
        </time>{" "}
        · {who(item)}
      </p>
    </li>
  )
}

const KINDS: Readonly<Record<string, string>> = { key: "an API key", import: "an import", bulk: "a bulk change" }

/** Who did it: a person by name, else what kind of thing it was. */
function who(item: Happened): string {
  if (item.actor_name != null) return item.actor_name
  const kind = item.actor?.split(":")[0] ?? "unknown"
  return KINDS[kind] ?? kind
}
