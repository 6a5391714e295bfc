import type { List } from "@nexus360/contract"
import { shortId } from "../list/Value"
import type { Row } from "../reading/rows"

/** What a record is called, or the beginning of its id where it is called nothing, or nothing that one may see. */
export function calledIn(list: List, row: Row): string {
  const title = list.title === null ? null : row[list.title]
  return typeof title === "string" && title !== "" ? title : shortId(row.id)
}
