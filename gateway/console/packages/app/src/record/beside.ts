import type { Page, Query } from "@nexus360/client"
import type { List, Related } from "@nexus360/contract"
import { useLists } from "../catalogue/context"
import type { Row } from "../reading/rows"
import { useMay } from "../reading/session"

/** A list whose records name the one of a page. */
export interface Naming {
  readonly related: Related
  readonly list: List
}

const TIMELINE = "timeline"
/** Entries of a timeline that come with a record, and those of each later page. */
export const ENTRIES = "20"
const AT_A_GLANCE = "5"

/** The lists that name records of one, as far as they may be read; as of a day, those that keep a past. */
export function useNaming(list: List, asOf: string | null): readonly Naming[] {
  const lists = useLists()
  const may = useMay()
  return list.related.flatMap((related) => {
    const of = lists.find((each) => each.key === related.list)
    const column = of?.columns.find((each) => each.name === related.column)
    if (of === undefined || column?.filter !== true || !may(of.permission)) return []
    return asOf === null || of.times ? [{ related, list: of }] : []
  })
}

/** What a record is asked for with, so that its page takes one request. */
export function askedBeside(list: List, naming: readonly Naming[]): Query {
  const names = [...(list.timeline ? [TIMELINE] : []), ...naming.map(({ related }) => related.name)]
  if (names.length === 0) return {}
  const entries = list.timeline ? { "limit.timeline": ENTRIES } : {}
  return { with: names.join(","), limit: AT_A_GLANCE, ...entries }
}

/** What came with a record under a name; null where nothing may be read of it. */
export function besideOf<T = Row>(row: Row, name: string): Page<T> | null {
  const all = row["with"] as Readonly<Record<string, Page<T> | null>> | undefined
  return all?.[name] ?? null
}
