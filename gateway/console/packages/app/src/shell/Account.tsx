import { useClient } from "../reading/client"
import { useNames } from "../reading/names"
import { usePerson } from "../reading/session"
import { Menu } from "./Menu"

const USERS = "admin/users"

/** Who is signed in, and the way out. */
export function Account() {
  const { tenant, user } = usePerson().session
  const client = useClient()
  const nameOf = useNames([{ list: USERS, id: user }], null)
  const name = user === null ? "No user" : (nameOf(USERS, user) ?? "Signed in")

  async function leave() {
    const further = await client.signOut()
    window.location.assign(further ?? "/console/")
  }

  return (
    <Menu
      label={
        <>
          <span className="avatar" aria-hidden="true">
            {name.charAt(0)}
          </span>
          <span>{name}</span>
        </>
      }
      className="button quiet"
      side="right"
    >
      {() => (
        <div className="account">
          <p>
            <strong>{name}</strong>
            <br />
            <span className="hint">{tenant}</span>
          </p>
          <a className="menu-item" href="/signin/account">
            Password and authenticator
          </a>
          <button type="button" className="menu-item" onClick={() => void leave()}>
            Sign out
          </button>
        </div>
      )}
    </Menu>
  )
}
