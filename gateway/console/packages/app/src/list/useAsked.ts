import { useSearchParams } from "react-router"
import { type Asked, readAddress, writeAddress } from "../asking/address"

/** What the list is asked, which stands in the address. */
export function useAsked(): readonly [Asked, (asked: Asked) => void] {
  const [given, give] = useSearchParams()
  return [readAddress(given), (asked) => give(writeAddress(asked))]
}

/** What else a page is asked in its address, such as a board its pipeline; null where nothing is said. */
export type Besides<Name extends string> = Readonly<Record<Name, string | null>>

/** The same of a page that is asked more than a list is. */
export function useAskedBesides<Name extends string>(
  names: readonly Name[],
): readonly [Asked, Besides<Name>, (asked: Asked, besides: Besides<Name>) => void] {
  const [given, give] = useSearchParams()
  const plain = new URLSearchParams([...given].filter(([name]) => !(names as readonly string[]).includes(name)))
  const besides = Object.fromEntries(names.map((name) => [name, given.get(name)])) as Besides<Name>
  return [readAddress(plain), besides, (asked, said) => give(writeBesides(asked, said))]
}

export function writeBesides(asked: Asked, besides: Readonly<Record<string, string | null>>): URLSearchParams {
  const written = writeAddress(asked)
  for (const [name, value] of Object.entries(besides)) if (value !== null) written.set(name, value)
  return written
}
