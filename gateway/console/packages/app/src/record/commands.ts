import type { Command, List } from "@nexus360/contract"
import { commandsOf, type Permissions } from "../catalogue/groups"
import type { Before } from "../form/body"
import type { Row } from "../reading/rows"

/** What is done to records in the trash, and to no others. */
const OF_TRASH = new Set(["restore", "purge"])
/** Own fields have a section of their own, in which they are set one by one. */
const ELSEWHERE = new Set(["set-fields"])
/** Beside each suggestion, and each merge. */
const OF_ANOTHER = new Set(["dismiss-duplicate", "unmerge"])
/** Whom these name is somebody new: a record's own team says nothing about it. */
const GIVE = new Set(["share", "unshare"])

/** The commands that one may send to a record. */
export function commandsFor(list: List, permissions: Permissions, trash: boolean): readonly Command[] {
  return commandsOf(list, permissions, false).filter((command) => {
    if (list.own !== null && ELSEWHERE.has(command.verb)) return false
    if (list.duplicates !== null && OF_ANOTHER.has(command.verb)) return false
    return !list.trash || OF_TRASH.has(command.verb) === trash
  })
}

/** What a form begins with: values of the record whose names match. What one may not see is left as it is. */
export function beforeOf(command: Command, row: Row): Before {
  if (GIVE.has(command.verb)) return {}
  const hidden = Array.isArray(row["hidden"]) ? (row["hidden"] as readonly unknown[]) : []
  const columns = command.fields.map((field) => [field.name, saidIn(field.name, row)] as const)
  const seen = columns.filter(([, column]) => column in row && !hidden.includes(column))
  return Object.fromEntries(seen.map(([name, column]) => [name, row[column]]))
}

const SAID = "_said"

/** The column that holds what somebody said, where that of the field's own name shows what follows from it: a deal's
 * amount may be that of its lines, its category the stage's. To send these would say them. */
function saidIn(name: string, row: Row): string {
  return Object.keys(row).find((each) => each.endsWith(SAID) && name.endsWith(each.slice(0, -SAID.length))) ?? name
}
