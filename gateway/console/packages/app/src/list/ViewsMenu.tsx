import type { List } from "@nexus360/contract"
import { type SyntheticEvent, useState } from "react"
import { type Asked, NOTHING, sortText } from "../asking/address"
import { whereOf } from "../asking/query"
import type { Shown } from "../catalogue/columns"
import { useChange, useIsNow } from "../reading/change"
import { usePerson } from "../reading/session"
import { Menu } from "../shell/Menu"
import { Notice, sentence } from "../shell/Notice"
import type { View } from "./views"

interface Props {
  readonly list: List
  readonly asked: Asked
  readonly ask: (asked: Asked) => void
  readonly views: readonly View[]
  readonly shown: readonly Shown[]
}

export function ViewsMenu({ list, asked, ask, views, shown }: Props) {
  const { user } = usePerson().session
  const view = views.find((each) => each.id === asked.view)
  const label = view?.name ?? (asked.view === null ? "Views" : "View")
  return (
    <Menu label={label}>
      {(close) => (
        <div className="views-menu">
          <button
            type="button"
            className="menu-item"
            aria-current={asked.view === null}
            onClick={() => {
              ask({ ...asked, view: null })
              close()
            }}
          >
            All
          </button>
          {views.map((each) => (
            <button
              key={each.id}
              type="button"
              className="menu-item"
              aria-current={each.id === asked.view}
              onClick={() => {
                ask({ ...NOTHING, view: each.id })
                close()
              }}
            >
              {each.name}
              {each.owner_id !== user && <span className="hint"> shared</span>}
            </button>
          ))}
          {user !== null && (
            <SaveView
              list={list}
              asked={asked}
              base={view ?? null}
              shown={shown}
              user={user}
              saved={(id) => {
                ask({ ...NOTHING, view: id })
                close()
              }}
            />
          )}
        </div>
      )}
    </Menu>
  )
}

interface SaveProps {
  readonly list: List
  readonly asked: Asked
  readonly base: View | null
  readonly shown: readonly Shown[]
  readonly user: string
  readonly saved: (id: string) => void
}

/** Keeps what the list is asked now, within the view that it is asked through. */
function SaveView({ list, asked, base, shown, user, saved }: SaveProps) {
  const [name, setName] = useState("")
  const change = useChange()
  const isNow = useIsNow()

  async function save(event: SyntheticEvent) {
    event.preventDefault()
    const body = {
      list: list.key,
      name,
      owner_id: user,
      where: whereOf(asked, base?.where ?? null),
      sort: asked.sort.length > 0 ? sortText(asked.sort) : (base?.sort ?? null),
      fields: shown.map((column) => column.name),
    }
    const accepted = await change.send("/admin/saved-views", body)
    if (accepted !== null) saved(accepted.id)
  }

  return (
    <form className="save-view" onSubmit={(event) => void save(event)}>
      <label htmlFor="view-name">Save this as a view</label>
      <div className="together">
        <input
          id="view-name"
          value={name}
          placeholder="Its name"
          required
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit" className="button" disabled={!isNow || change.busy}>
          Save
        </button>
      </div>
      {asked.q !== "" && <p className="hint">What is searched for is not kept in a view.</p>}
      {change.failure !== null && <Notice tone="error">{sentence(change.failure)}</Notice>}
    </form>
  )
}
