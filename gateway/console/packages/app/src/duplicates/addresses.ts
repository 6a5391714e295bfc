import type { List } from "@nexus360/contract"

export const WITH = "with"

/** Where all pairs of a list are. */
export function pairsAddress(list: List): string {
  return `/${list.key}/duplicates`
}

/** Where two records are laid side by side, of which the first stays; the other may be yet to be named. */
export function mergeAddress(list: List, id: string, other: string | null): string {
  const place = `/${list.key}/${encodeURIComponent(id)}/merge`
  return other === null ? place : `${place}?${new URLSearchParams({ [WITH]: other }).toString()}`
}
