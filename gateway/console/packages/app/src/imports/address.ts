import { addressOf } from "@nexus360/client"
import type { Chosen, Source } from "./chosen"
import { IMPORTS } from "./targets"

/** How far somebody is: the target alone, then a file to look at, then a dry run of it. */
export interface Step {
  readonly target: string | null
  readonly source: Source | null
  readonly tried: string | null
}

export function readStep(given: URLSearchParams): Step {
  const [target, file, name] = [given.get("target"), given.get("file"), given.get("name") ?? "file"]
  const known = target !== null && file !== null
  return {
    target,
    source: known ? { target, file, name, encoding: given.get("encoding") } : null,
    tried: given.get("tried"),
  }
}

export function stepAddress(source: Source, tried: string | null = null): string {
  const { target, file, name, encoding } = source
  return addressOf(`/${IMPORTS}/new`, { target, file, name, encoding, tried })
}

/** What was chosen stands beside the address, which does not take all of it: the browser keeps it for who goes back. */
export function chosenOf(state: unknown): Chosen | null {
  if (typeof state !== "object" || state === null || !("chosen" in state)) return null
  return state.chosen as Chosen
}
