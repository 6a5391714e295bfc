import type { Command, List } from "@nexus360/contract"
import { commandsOf } from "../catalogue/groups"
import { usePerson } from "../reading/session"

/** A command of a list, where one may send it. */
export function useCommand(list: List, verb: string): Command | null {
  const { permissions } = usePerson()
  return commandsOf(list, permissions, false).find((command) => command.verb === verb) ?? null
}
