import type { Client, Page } from "@nexus360/client"
import { useQuery } from "@tanstack/react-query"
import type { FieldSet, OwnField } from "../catalogue/own"
import { useClient } from "./client"
import { useMay } from "./session"

const PATH = "/crm/field-sets"
const NONE: readonly OwnField[] = []

/** The fields of the tenant's own, of all kinds of records; those of then, as of a day. */
export function useFieldSets(asOf: string | null) {
  const client = useClient()
  const enabled = useMay()("crm.field-set.read")
  return useQuery({ queryKey: ["field-sets", asOf], enabled, queryFn: () => fieldSets(client, asOf) })
}

/** Those of one kind of record; `ready` once they are known, or cannot be. */
export function useOwnFields(
  kind: string | null,
  asOf: string | null,
): { readonly fields: readonly OwnField[]; readonly ready: boolean } {
  const sets = useFieldSets(asOf)
  const set = kind === null ? undefined : sets.data?.find((each) => each.record === kind)
  return { fields: set?.fields ?? NONE, ready: kind === null || !sets.isLoading }
}

async function fieldSets(client: Client, asOf: string | null): Promise<readonly FieldSet[]> {
  return (await client.get<Page<FieldSet>>(PATH, { as_of: asOf, limit: "200" })).value.items
}
