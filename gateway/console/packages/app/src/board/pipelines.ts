import type { Page } from "@nexus360/client"
import { useQuery } from "@tanstack/react-query"
import { useClient } from "../reading/client"
import { useMay } from "../reading/session"

/** What a pipeline says of one of its stages. */
export interface StageRules {
  readonly stage_id: string
  readonly required: readonly string[]
}

export interface Pipeline {
  readonly id: string
  readonly name: string
  readonly retired: boolean
  readonly stages: readonly StageRules[]
  readonly win_reasons: readonly string[]
  readonly lost_reasons: readonly string[]
}

/** The pipeline that is always there; it is listed once somebody has changed it. */
const ALWAYS_THERE: Pipeline = {
  id: "default",
  name: "Default",
  retired: false,
  stages: [],
  win_reasons: [],
  lost_reasons: [],
}
const NONE: readonly string[] = []

/** All pipelines, those of then as of a day. */
export function usePipelines(asOf: string | null): readonly Pipeline[] {
  const client = useClient()
  const answer = useQuery({
    queryKey: ["pipelines", asOf],
    enabled: useMay()("crm.pipeline.read"),
    queryFn: async () =>
      (await client.get<Page<Pipeline>>("/crm/pipelines", { sort: "name", limit: "200", as_of: asOf })).value.items,
  })
  const listed = answer.data ?? []
  return listed.some((pipeline) => pipeline.id === ALWAYS_THERE.id) ? listed : [ALWAYS_THERE, ...listed]
}

/** Why deals are won, or lost: the reasons of the pipeline, or else of the tenant's list; none where anything may be
 * said. */
export function useReasons(pipeline: Pipeline | null, outcome: "WON" | "LOST"): readonly string[] {
  const client = useClient()
  const own = (outcome === "WON" ? pipeline?.win_reasons : pipeline?.lost_reasons) ?? NONE
  const may = useMay()("crm.reason.read")
  const answer = useQuery({
    queryKey: ["reasons", outcome],
    enabled: may && own.length === 0,
    queryFn: async () => {
      const query = { outcome, retired: "false", sort: "place,name", limit: "200" }
      return (await client.get<Page<{ readonly name: string }>>("/crm/reasons", query)).value.items
    },
  })
  return own.length > 0 ? own : (answer.data ?? []).map((reason) => reason.name)
}
