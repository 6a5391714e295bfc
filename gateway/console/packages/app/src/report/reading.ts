import type { Query } from "@nexus360/client"
import type { Report } from "@nexus360/contract"
import { useQuery } from "@tanstack/react-query"
import { useClient } from "../reading/client"
import type { Group } from "./groups"

/** The groups of a report. Those of other filters are shown until the answer is there, those of another grouping or of
 * another day would stand under wrong headings. */
export function useGroups(report: Report, query: Query, enabled = true) {
  const client = useClient()
  return useQuery({
    queryKey: ["report", report.key, query] as const,
    enabled,
    queryFn: ({ signal }) => client.get<{ readonly items: readonly Group[] }>(`/${report.key}`, query, signal),
    placeholderData: (before, asked) => {
      const last = asked?.queryKey[2]
      return last?.["by"] === query["by"] && last?.["as_of"] === query["as_of"] ? before : undefined
    },
  })
}
