import type { Query } from "@nexus360/client"
import type { List } from "@nexus360/contract"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useClient } from "../reading/client"
import type { Row } from "../reading/rows"

/** The only list whose records stand on a board. */
export const BOARD_OF = "crm/deals"
export const BOARD = `/${BOARD_OF}/board`

/** What deals of one currency come to. */
export interface Sum {
  readonly currency: string
  readonly count: number
  readonly amount: string
  readonly weighted: string
}

export interface Stage {
  readonly stage_id: string
  readonly name: string
  readonly kind: "OPEN" | "WON" | "LOST"
  readonly probability: number
  readonly retired: boolean
  readonly count: number
  readonly totals: readonly Sum[]
  /** In the tenant's own currency; of deals without a rate it knows nothing. */
  readonly home_totals: readonly Sum[]
  readonly cards: readonly Row[]
}

export interface Board {
  readonly pipeline: { readonly id: string; readonly name: string | null }
  readonly stages: readonly Stage[]
}

/** What a card shows and a move needs. */
export const FIELDS: readonly string[] = [
  "name",
  "company_id",
  "company_name",
  "amount",
  "owner_id",
  "owner_name",
  "stage",
  "stage_id",
  "expected_close_on",
  "next_step",
  "next_step_on",
  "rots_at",
  "version",
]

export function useBoard(query: Query, enabled: boolean) {
  const client = useClient()
  return useQuery({
    queryKey: ["board", query],
    enabled,
    queryFn: ({ signal }) => client.get<Board>(BOARD, query, signal),
    placeholderData: keepPreviousData,
  })
}

/** What people call a card's deal. */
export function nameOf(list: List, card: Row): string {
  const name = list.title === null ? null : card[list.title]
  return typeof name === "string" && name !== "" ? name : card.id
}
