import type { Command, List } from "@nexus360/contract"
import { commandsOf, type Permissions } from "../catalogue/groups"

/** What one may do to many records of a list at once; of those in the trash, to bring them back. */
export function bulkCommands(list: List, permissions: Permissions, trash: boolean): readonly Command[] {
  return commandsOf(list, permissions, false).filter(
    (command) => command.bulk && (command.verb === "restore") === trash,
  )
}
