import type { Command, List } from "@nexus360/contract"
import { Link, useNavigate, useParams } from "react-router"
import { useList } from "../catalogue/context"
import { commandsOf } from "../catalogue/groups"
import { OnFile } from "../duplicates/OnFile"
import { CommandForm } from "../form/CommandForm"
import type { Touched } from "../form/body"
import { useIsNow } from "../reading/change"
import { useOwnFields } from "../reading/own"
import { useMay, usePerson } from "../reading/session"
import { NoSuchPage } from "../shell/NoSuchPage"
import { Notice } from "../shell/Notice"
import { singular, words } from "../words/names"

export function CreatePage() {
  const { domain, name } = useParams()
  const list = useList(`${domain ?? ""}/${name ?? ""}`)
  const { permissions } = usePerson()
  const command = list === null ? undefined : commandsOf(list, permissions, true)[0]
  if (list === null || command === undefined) return <NoSuchPage />
  return <Create key={list.key} list={list} command={command} />
}

function Create({ list, command }: { readonly list: List; readonly command: Command }) {
  const navigate = useNavigate()
  const { user } = usePerson().session
  const may = useMay()
  const own = useOwnFields(list.own, null)
  const duplicates = may(list.permission) ? list.duplicates : null
  const title = `New ${singular(list.name)}`
  if (!useIsNow()) return <Notice tone="warning">Nothing can be changed while another day is shown.</Notice>
  return (
    <section className="page narrow" aria-labelledby="create-title">
      <title>{`${title} · Nexus360`}</title>
      <p className="crumbs">
        <Link to={`/${list.key}`}>{words(list.name)}</Link>
      </p>
      <div className="page-head">
        <h1 id="create-title">{title}</h1>
      </div>
      <div className="card">
        <CommandForm
          command={command}
          path={command.path}
          before={{}}
          first={ownedBy(command, user)}
          match={null}
          own={own.fields}
          hint={(said) => duplicates !== null && <OnFile list={list} duplicates={duplicates} said={said} />}
          done={(accepted) => void navigate(`/${list.key}/${encodeURIComponent(accepted.id)}`)}
          cancel={() => void navigate(`/${list.key}`)}
        />
      </div>
    </section>
  )
}

/** Whoever makes a record owns it, unless they say otherwise. */
function ownedBy(command: Command, user: string | null): Touched {
  const owner = command.fields.find((field) => field.name === "owner_id" && field.leads === "admin/users")
  return owner === undefined || user === null ? {} : { owner_id: user }
}
