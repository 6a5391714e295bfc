import { NavLink, useLocation } from "react-router"
import { BOARD, BOARD_OF } from "../board/board"
import { useLists, useReports } from "../catalogue/context"
import { type Group, groupsOf } from "../catalogue/groups"
import { useMay, usePerson } from "../reading/session"
import { words } from "../words/names"

const NAMES: Readonly<Record<string, string>> = { crm: "CRM" }

/** The lists that one may read. */
export function SideBar() {
  const groups = groupsOf(useLists(), usePerson().permissions)
  const { tenant } = usePerson().session
  const reports = useReports().length > 0
  const fields = useMay()("crm.field-set.read")
  return (
    <nav className="side" aria-label="Lists">
      <p className="brand">
        <img src={"/console/icon.svg"} alt="" width="20" height="20" /> Nexus360 <span className="hint">{tenant}</span>
      </p>
      {groups.map((group, at) => (
        <SideGroup key={group.domain} group={group} first={at === 0} />
      ))}
      {(reports || fields) && (
        <p className="side-end">
          {reports && <NavLink to="/reports">Reports</NavLink>}
          {fields && <NavLink to="/fields">Fields of your own</NavLink>}
        </p>
      )}
    </nav>
  )
}

function SideGroup({ group, first }: { readonly group: Group; readonly first: boolean }) {
  const { pathname } = useLocation()
  const here = pathname.startsWith(`/${group.domain}/`)
  return (
    <details open={first || here}>
      <summary>{NAMES[group.domain] ?? words(group.domain)}</summary>
      <ul>
        {group.lists.map((list) => (
          <li key={list.key}>
            <NavLink to={`/${list.key}`} end={pathname === BOARD}>
              {words(list.name)}
            </NavLink>
            {list.key === BOARD_OF && (
              <NavLink className="within" to={BOARD}>
                Board
              </NavLink>
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}
