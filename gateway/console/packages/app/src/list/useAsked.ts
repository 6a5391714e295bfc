import { useSearchParams } from "react-router"
import { type Asked, readAddress, writeAddress } from "../asking/address"

/** What the list is asked, which stands in the address. */
export function useAsked(): readonly [Asked, (asked: Asked) => void] {
  const [given, give] = useSearchParams()
  return [readAddress(given), (asked) => give(writeAddress(asked))]
}
