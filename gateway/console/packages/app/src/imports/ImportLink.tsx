import type { List } from "@nexus360/contract"
import { Link } from "react-router"
import { useIsNow } from "../reading/change"
import { IMPORTS, useTargets } from "./targets"

/** The way to import into a list. */
export function ImportLink({ list }: { readonly list: List }) {
  const targets = useTargets()
  const isNow = useIsNow()
  if (list.record === null || !targets.includes(list) || !isNow) return null
  return (
    <Link className="button" to={`/${IMPORTS}/new?target=${encodeURIComponent(list.record)}`}>
      Import
    </Link>
  )
}
