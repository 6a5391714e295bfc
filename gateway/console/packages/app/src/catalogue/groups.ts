import type { Command, List } from "@nexus360/contract"

export type Permissions = Readonly<Record<string, "all" | "some" | null>>

/** What people work with all day stands first. */
const DOMAINS = ["crm"]
const KINDS = ["contact", "company", "deal", "activity", "product"]

export interface Group {
  readonly domain: string
  readonly lists: readonly List[]
}

export function may(permissions: Permissions, permission: string): boolean {
  return (permissions[permission] ?? null) !== null
}

/** The lists that one may read, by domain, in the order of the side bar. */
export function groupsOf(lists: readonly List[], permissions: Permissions): readonly Group[] {
  const readable = lists.filter((list) => may(permissions, list.permission))
  const domains = [...new Set(readable.map((list) => list.domain))].sort(
    (a, b) => rank(DOMAINS, a) - rank(DOMAINS, b) || a.localeCompare(b),
  )
  return domains.map((domain) => ({ domain, lists: readable.filter((list) => list.domain === domain).sort(byKind) }))
}

/** The commands of a list that one may send; `creates` tells those that make a record from those of one that is there. */
export function commandsOf(list: List, permissions: Permissions, creates: boolean): readonly Command[] {
  return list.commands.filter((command) => command.creates === creates && may(permissions, command.permission))
}

function byKind(a: List, b: List): number {
  return rank(KINDS, a.own ?? "") - rank(KINDS, b.own ?? "") || a.name.localeCompare(b.name)
}

function rank(order: readonly string[], name: string): number {
  const at = order.indexOf(name)
  return at < 0 ? order.length : at
}
