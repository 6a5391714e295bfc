import type { Command, List } from "@nexus360/contract"
import { commandsOf, type Permissions } from "../catalogue/groups"
import type { Before } from "../form/body"
import type { Row } from "../reading/rows"

/** What is done to records in the trash, and to no others. */
const OF_TRASH = new Set(["restore", "purge"])
/** Own fields have a section of their own, in which they are set one by one. */
const ELSEWHERE = new Set(["set-fields"])
/** Whom these name is somebody new: a record's own team says nothing about it. */
const GIVE = new Set(["share", "unshare"])

/** The commands that one may send to a record. */
export function commandsFor(list: List, permissions: Permissions, trash: boolean): readonly Command[] {
  return commandsOf(list, permissions, false).filter((command) => {
    if (list.own !== null && ELSEWHERE.has(command.verb)) return false
    return !list.trash || OF_TRASH.has(command.verb) === trash
  })
}

/** What a form begins with: values of the record whose names match. What one may not see is left as it is. */
export function beforeOf(command: Command, row: Row): Before {
  if (GIVE.has(command.verb)) return {}
  const hidden = Array.isArray(row["hidden"]) ? (row["hidden"] as readonly unknown[]) : []
  const names = command.fields.map((field) => field.name).filter((name) => name in row && !hidden.includes(name))
  return Object.fromEntries(names.map((name) => [name, row[name]]))
}
