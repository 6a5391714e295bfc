import { createSlice, type PayloadAction } from "@reduxjs/toolkit"

/** The day as of which everything is shown; null is now. */
export interface Time {
  readonly asOf: string | null
}

const NOW: Time = { asOf: null }

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
