import { configureStore } from "@reduxjs/toolkit"
import { useDispatch, useSelector } from "react-redux"
import { columnsReducer, keepColumns, keptColumns } from "./columns"
import { type Time, timeReducer } from "./time"

export function createStore(time: Time) {
  const store = configureStore({
    reducer: { time: timeReducer, columns: columnsReducer },
    preloadedState: { time, columns: keptColumns() },
  })
  let kept = store.getState().columns
  store.subscribe(() => {
    const now = store.getState().columns
    if (now !== kept) keepColumns((kept = now))
  })
  return store
}

type Store = ReturnType<typeof createStore>
export const useAppSelector = useSelector.withTypes<ReturnType<Store["getState"]>>()
export const useAppDispatch = useDispatch.withTypes<Store["dispatch"]>()

export function useAsOf(): string | null {
  return useAppSelector((state) => state.time.asOf)
}
