import type { Accepted } from "@nexus360/client"
import type { Command } from "@nexus360/contract"
import { useEffect, useRef } from "react"
import type { OwnField } from "../catalogue/own"
import { CommandForm } from "../form/CommandForm"
import type { Row } from "../reading/rows"
import { words } from "../words/names"
import { beforeOf } from "./commands"

interface Props {
  readonly command: Command
  readonly row: Row
  /** What is sent besides what the form asks for. */
  readonly besides?: Readonly<Record<string, unknown>>
  readonly etag: string | null
  readonly own: readonly OwnField[]
  readonly done: (accepted: Accepted) => void
  readonly cancel: () => void
  readonly readAgain: () => void
}

/** The form of one command, beside the record that it is sent to. */
export function CommandPanel({ command, row, besides = {}, etag, own, done, cancel, readAgain }: Props) {
  const panel = useRef<HTMLElement>(null)
  useEffect(() => panel.current?.querySelector<HTMLElement>("input, select, textarea, button")?.focus(), [])
  return (
    <section ref={panel} className="card panel" aria-labelledby="panel-title">
      <h2 id="panel-title">{words(command.verb)}</h2>
      <CommandForm
        command={command}
        path={command.path.replace("{id}", encodeURIComponent(row.id))}
        before={beforeOf(command, row)}
        besides={besides}
        match={etag}
        own={own}
        done={done}
        cancel={cancel}
        readAgain={readAgain}
      />
    </section>
  )
}
