import { useQuery } from "@tanstack/react-query"
import { useClient } from "./client"
import { useMay, usePerson } from "./session"

/** The tenant's own currency; empty where that cannot be read. */
export function useHomeCurrency(): string {
  const client = useClient()
  const { tenant } = usePerson().session
  const answer = useQuery({
    queryKey: ["currency", tenant],
    enabled: useMay()("admin.tenant.read"),
    staleTime: Infinity,
    queryFn: async () =>
      (await client.get<{ readonly currency: string | null }>(`/admin/tenants/${encodeURIComponent(tenant)}`)).value
        .currency ?? "",
  })
  return answer.data ?? ""
}
