import { createSlice, type PayloadAction } from "@reduxjs/toolkit"

/** The day as of which everything is shown; null is now. */
export interface Time {
  readonly asOf: string | null
}

const NOW: Time = { asOf: null }

/** What the day is called in an address. */
export const AS_OF = "as_of"

/** The day that an address says; now, where it says none. */
export function timeOf(given: URLSearchParams): Time {
  const day = given.get(AS_OF) ?? ""
  return /^\d{4}-\d\d-\d\d$/.test(day) ? { asOf: day } : NOW
}

const time = createSlice({
  name: "time",
  initialState: NOW,
  reducers: {
    wentTo: (_, action: PayloadAction<string>) => ({ asOf: action.payload }),
    cameBack: () => NOW,
  },
})

export const { wentTo, cameBack } = time.actions
export const timeReducer = time.reducer
