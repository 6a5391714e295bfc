import { createSlice, type PayloadAction } from "@reduxjs/toolkit"

/** The columns that somebody chose, by the key of the list; a list that is not there shows what it does by itself. */
export type Columns = Readonly<Record<string, readonly string[]>>

const KEPT_AS = "nexus360.columns"

const NONE: Columns = {}

const columns = createSlice({
  name: "columns",
  initialState: NONE,
  reducers: {
    chose: (state, action: PayloadAction<{ readonly list: string; readonly columns: readonly string[] }>) => ({
      ...state,
      [action.payload.list]: action.payload.columns,
    }),
    reset: (state, action: PayloadAction<string>) =>
      Object.fromEntries(Object.entries(state).filter(([list]) => list !== action.payload)),
  },
})

export const { chose, reset } = columns.actions
export const columnsReducer = columns.reducer

/** What this browser kept; nothing, where that is not what we wrote. */
export function keptColumns(): Columns {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT_AS) ?? "{}")
    if (typeof kept !== "object" || kept === null) return {}
    return Object.fromEntries(Object.entries(kept).filter((pair): pair is [string, string[]] => Array.isArray(pair[1])))
  } catch {
    return {}
  }
}

export function keepColumns(chosen: Columns): void {
  localStorage.setItem(KEPT_AS, JSON.stringify(chosen))
}
