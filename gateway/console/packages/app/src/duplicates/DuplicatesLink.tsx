import type { List } from "@nexus360/contract"
import { Link } from "react-router"
import { pairsAddress } from "./addresses"

/** The way to the pairs of a list that may be one. */
export function DuplicatesLink({ list }: { readonly list: List }) {
  if (list.duplicates === null) return null
  return (
    <Link className="button" to={pairsAddress(list)}>
      Duplicates
    </Link>
  )
}
