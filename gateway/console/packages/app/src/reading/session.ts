import type { Session } from "@nexus360/client"
import { useQuery } from "@tanstack/react-query"
import { createContext, useContext } from "react"
import { may, type Permissions } from "../catalogue/groups"
import { SESSION, useClient } from "./client"

/** Who works here, and what they may do. */
export interface Person {
  readonly session: Session
  readonly permissions: Permissions
}

const Somebody = createContext<Person | null>(null)
export const PersonProvider = Somebody.Provider

export function usePerson(): Person {
  const person = useContext(Somebody)
  if (person === null) throw new Error("Nobody is signed in above this component.")
  return person
}

export function useMay(): (permission: string) => boolean {
  const { permissions } = usePerson()
  return (permission) => may(permissions, permission)
}

export function useSession() {
  const client = useClient()
  return useQuery({ queryKey: SESSION, queryFn: () => client.session(), refetchOnWindowFocus: "always" })
}

export function usePermissions(signedIn: boolean) {
  const client = useClient()
  return useQuery({
    queryKey: ["permissions"],
    enabled: signedIn,
    queryFn: async () => (await client.get<{ readonly permissions: Permissions }>("/access/me")).value.permissions,
  })
}
