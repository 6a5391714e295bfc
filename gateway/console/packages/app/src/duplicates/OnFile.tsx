import type { Duplicates, List } from "@nexus360/contract"
import { Link } from "react-router"
import { pathOf } from "../reading/rows"
import { singular } from "../words/names"
import { Because } from "./Because"
import { calledIn } from "./called"
import { useOnFile } from "./reading"

interface Props {
  readonly list: List
  readonly duplicates: Duplicates
  /** What is typed of the record so far. */
  readonly said: Readonly<Record<string, unknown>>
}

/** The records that may be the one that somebody is about to put on file. They open beside the form, which stays. */
export function OnFile({ list, duplicates, said }: Props) {
  const found = useOnFile(list, duplicates, said)
  const title = `This ${singular(list.name)} may be on file already`
  return (
    <div className="on-file" role="status">
      {found.length > 0 && (
        <section aria-label={title}>
          <p>{title}.</p>
          <ul className="alike">
            {found.map(({ other, ...likeness }) => (
              <li key={other.id}>
                <span>
                  <Link to={pathOf(list, other.id)} target="_blank">
                    {calledIn(list, other)}
                  </Link>{" "}
                  <Because likeness={likeness} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
