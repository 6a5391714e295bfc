import type { ReactNode } from "react"
import { Link } from "react-router"
import { useList } from "../catalogue/context"
import { useMay } from "../reading/session"

interface Props {
  /** The key of the record's list. */
  readonly list: string
  readonly id: string
  readonly children: ReactNode
}

/** Leads to a record; whoever may not read its list sees what it is called and no more. */
export function RecordLink({ list: key, id, children }: Props) {
  const list = useList(key)
  const may = useMay()
  if (list === null || !may(list.permission)) return children
  return <Link to={`/${key}/${encodeURIComponent(id)}`}>{children}</Link>
}
