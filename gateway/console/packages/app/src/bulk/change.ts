import type { List, Rows } from "@nexus360/contract"
import { numberWords } from "../work/Progress"
import { singular, words } from "../words/names"

export const BULK = "integration/bulk-changes"

export type BulkChange = Rows[typeof BULK]

export function listOf(lists: readonly List[], target: string): List | undefined {
  return lists.find((list) => list.record === target)
}

/** "3 deals", in words of the list; without one, "3 records". */
export function manyWords(count: number, list: List | undefined): string {
  const many = list === undefined ? "records" : words(list.name).toLowerCase()
  return `${numberWords(count)} ${count === 1 ? singular(list?.name ?? "records") : many}`
}

/** What stands in the place of progress once nothing goes on any more. */
export function endWords(change: BulkChange): string {
  const { status, dry_run: dry, done, selected } = change
  switch (status) {
    case "COMPLETED":
      return dry ? "Tried. Nothing was changed." : "Done."
    case "CANCELLED":
      return `Stopped after ${numberWords(done)} of ${numberWords(selected)}. What was done can be taken back.`
    case "FAILED":
    case "REVERT_FAILED":
      return change.reason ?? "It came to no end."
    case "REVERTED":
      return "Taken back."
    case "NEW":
    case "RUNNING":
    case "CANCELLING":
    case "REVERTING":
      return ""
    default:
      return status satisfies never
  }
}

/** Whether it can be taken back: it has ended, did something, and nobody has done so. */
export function isRevertible({ status, dry_run: dry, changed }: BulkChange): boolean {
  const ended = status === "COMPLETED" || status === "CANCELLED" || status === "FAILED" || status === "REVERT_FAILED"
  return ended && !dry && changed > 0
}
