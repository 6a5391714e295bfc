import { type Asked, readAddress, writeAddress } from "../asking/address"
import { conditionsOf, together, zoneOf } from "../asking/query"

/** Which records a bulk change is about: these, or all that a list is asked for. */
export type Meant = readonly string[] | Asked

/** What an address says where all are meant; without it, a link that lost its records is about none. */
const ALL = "all"

/** The address of a bulk change of what a list is asked for, or of some records of it, which go beside it. */
export function addressTo(key: string, verb: string, asked: Asked, all: boolean): string {
  const given = writeAddress(asked)
  if (all) given.set(ALL, "true")
  return `/${key}/change/${verb}?${given.toString()}`
}

/** What such an address asks the list for, and whether all of that is meant. */
export function readMeant(given: URLSearchParams): { readonly asked: Asked; readonly all: boolean } {
  const rest = new URLSearchParams(given)
  rest.delete(ALL)
  return { asked: readAddress(rest), all: given.get(ALL) === "true" }
}

/** The parts of a body that say which records are meant. */
export function selecting(meant: Meant): Readonly<Record<string, unknown>> {
  if (isNamed(meant)) return { ids: meant }
  const conditions = conditionsOf(meant)
  const zone = zoneOf(meant)
  return {
    ...(conditions.length > 0 ? { where: together(conditions) } : {}),
    ...(meant.view !== null ? { view: meant.view } : {}),
    ...(conditions.length === 0 && meant.view === null ? { all: true } : {}),
    ...(meant.trash ? { trash: true } : {}),
    ...(zone !== null ? { zone } : {}),
  }
}

export function isNamed(meant: Meant): meant is readonly string[] {
  return Array.isArray(meant)
}
