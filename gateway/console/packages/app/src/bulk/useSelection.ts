import type { List } from "@nexus360/contract"
import { useState } from "react"
import type { Asked } from "../asking/address"
import { useIsNow } from "../reading/change"
import { usePerson } from "../reading/session"
import { bulkCommands } from "./commands"

/** The records of a list that somebody chose, to do one thing to all of them. */
export interface Selection {
  readonly ids: ReadonlySet<string>
  /** Whether all are meant that the list is asked for, shown or not. */
  readonly all: boolean
  readonly choose: (ids: Iterable<string>) => void
  readonly chooseAll: () => void
}

const NONE: ReadonlySet<string> = new Set()

/** None where nothing can be done to many. Whoever asks for other records begins anew. */
export function useSelection(list: List, asked: Asked): Selection | null {
  const { filters, q, view, trash } = asked
  const question = JSON.stringify({ filters, q, view, trash })
  const [chosen, setChosen] = useState({ question, ids: NONE, all: false })
  const commands = bulkCommands(list, usePerson().permissions, trash)
  const isNow = useIsNow()
  if (commands.length === 0 || !isNow) return null
  const { ids, all } = chosen.question === question ? chosen : { ids: NONE, all: false }
  return {
    ids,
    all,
    choose: (some) => setChosen({ question, ids: new Set(some), all: false }),
    chooseAll: () => setChosen({ question, ids: NONE, all: true }),
  }
}
