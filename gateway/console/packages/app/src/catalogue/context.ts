import type { List } from "@nexus360/contract"
import { createContext, useContext } from "react"

/** All lists that the platform has. */
export const Catalogue = createContext<readonly List[]>([])

export function useLists(): readonly List[] {
  return useContext(Catalogue)
}

export function useList(key: string | null): List | null {
  return useLists().find((list) => list.key === key) ?? null
}
