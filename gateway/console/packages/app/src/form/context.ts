import type { FieldError } from "@nexus360/client"
import { createContext, useContext } from "react"
import type { OwnInputs } from "./draft"

/** What all inputs of a form share. */
export interface Shared {
  readonly errors: readonly FieldError[]
  readonly own: OwnInputs
  /** The currency of amounts until another is typed. */
  readonly currency: string
  /** What fields are called, by their paths, where people gave them a name. */
  readonly labels: Readonly<Record<string, string>>
}

export const FormShared = createContext<Shared>({ errors: [], own: [], currency: "", labels: {} })

export function useShared(): Shared {
  return useContext(FormShared)
}
