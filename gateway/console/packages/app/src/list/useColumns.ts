import type { List } from "@nexus360/contract"
import { useMemo } from "react"
import { columnsOf, type Shown, showable } from "../catalogue/columns"
import { useLists } from "../catalogue/context"
import { defaultColumns } from "../catalogue/defaults"
import type { OwnField } from "../catalogue/own"
import { useAppSelector } from "../state/store"

export interface Columns {
  readonly all: readonly Shown[]
  readonly shown: readonly Shown[]
}

/** All columns of a list, and those that are shown: what somebody chose, what the view says, or what fits the list. */
export function useColumns(list: List, own: readonly OwnField[], ofView: readonly string[]): Columns {
  const lists = useLists()
  const chosen = useAppSelector((state) => state.columns[list.key])
  return useMemo(() => {
    const all = columnsOf(lists, list, own)
    const can = showable(all)
    const names = ofView.length > 0 ? ofView : (chosen ?? defaultColumns(list, can))
    return { all, shown: names.flatMap((name) => can.find((column) => column.name === name) ?? []) }
  }, [lists, list, own, ofView, chosen])
}

/** What the list must be asked for so that a table can show these and lead on from them. */
export function fieldsOf(list: List, shown: readonly Shown[]): readonly string[] {
  const title = list.title === null ? [] : [list.title]
  const ids = shown.flatMap((column) => column.through ?? [])
  return [...new Set([...title, ...shown.map((column) => column.name), ...ids])].filter((name) => name !== "id")
}
