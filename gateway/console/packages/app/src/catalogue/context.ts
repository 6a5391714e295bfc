import type { List, Report } from "@nexus360/contract"
import { createContext, useContext } from "react"
import { useMay } from "../reading/session"

/** All lists that the platform has. */
export const Catalogue = createContext<readonly List[]>([])

export function useLists(): readonly List[] {
  return useContext(Catalogue)
}

export function useList(key: string | null): List | null {
  return useLists().find((list) => list.key === key) ?? null
}

/** All reports that it has. */
export const Reports = createContext<readonly Report[]>([])

/** Those that one may read. */
export function useReports(): readonly Report[] {
  const may = useMay()
  return useContext(Reports).filter((report) => may(report.permission))
}
