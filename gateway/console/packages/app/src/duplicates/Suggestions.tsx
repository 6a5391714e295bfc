import type { Duplicates, List } from "@nexus360/contract"
import { Link } from "react-router"
import { useChange, useIsNow } from "../reading/change"
import { Notice, sentence } from "../shell/Notice"
import { RecordLink } from "../shell/RecordLink"
import { singular } from "../words/names"
import { mergeAddress } from "./addresses"
import { Because } from "./Because"
import { calledIn } from "./called"
import { useCommand } from "./commands"
import { Dismiss } from "./Dismiss"
import { useSuggestions } from "./reading"

interface Props {
  readonly list: List
  readonly duplicates: Duplicates
  readonly id: string
  readonly asOf: string | null
}

/** The records that may be the same one as this, each with what can be done about it. */
export function Suggestions({ list, duplicates, id, asOf }: Props) {
  const suggestions = useSuggestions(list, duplicates, id, asOf).data ?? []
  const sending = useChange()
  const merges = useCommand(list, "merge") !== null
  const isNow = useIsNow()
  if (suggestions.length === 0) return null
  const title = `May be the same ${singular(list.name)}`
  return (
    <section className="card" aria-label={title}>
      <h2>{title}</h2>
      {sending.failure !== null && <Notice tone="error">{sentence(sending.failure)}</Notice>}
      <ul className="alike">
        {suggestions.map(({ other, ...likeness }) => (
          <li key={other.id}>
            <span>
              <RecordLink list={list.key} id={other.id}>
                {calledIn(list, other)}
              </RecordLink>{" "}
              <Because likeness={likeness} />
            </span>
            {merges && isNow && (
              <Link className="button" to={mergeAddress(list, id, other.id)}>
                Compare
              </Link>
            )}
            <Dismiss list={list} id={id} other={other.id} sending={sending} />
          </li>
        ))}
      </ul>
    </section>
  )
}
