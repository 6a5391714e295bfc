import type { Field } from "@nexus360/contract"
import { columnWords, words } from "../words/names"

/** What a field is called among those beside it: what would be called like another one is called by all of its name, and
 * so is an id that leads to no record. */
export function labelAmong(field: Field, fields: readonly Field[]): string {
  const short = columnWords(field.name)
  const alike = fields.some((other) => other.name !== field.name && columnWords(other.name) === short)
  return alike || (field.name.endsWith("_id") && field.leads === null) ? words(field.name) : short
}
