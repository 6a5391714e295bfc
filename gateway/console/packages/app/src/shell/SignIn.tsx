import { type SyntheticEvent, useState } from "react"
import { useHref, useLocation } from "react-router"

const LAST_TENANT = "nexus360.tenant"

export function signInAddress(tenant: string, returnTo: string): string {
  return `/signin/${encodeURIComponent(tenant)}?${new URLSearchParams({ return_to: returnTo }).toString()}`
}

/** Asks for the tenant; how its people sign in is the gateway's. */
export function SignIn({ go = (address: string) => window.location.assign(address) }) {
  const [tenant, setTenant] = useState(() => localStorage.getItem(LAST_TENANT) ?? "")
  const here = useHref(useLocation())

  function submit(event: SyntheticEvent) {
    event.preventDefault()
    const name = tenant.trim()
    if (name === "") return
    localStorage.setItem(LAST_TENANT, name)
    go(signInAddress(name, here))
  }

  return (
    <main className="sign-in">
      <form className="card" onSubmit={submit}>
        <h1>Nexus360</h1>
        <label htmlFor="tenant">Your organisation</label>
        <input
          id="tenant"
          value={tenant}
          onChange={(event) => setTenant(event.target.value)}
          autoFocus
          required
          autoComplete="organization"
          spellCheck={false}
        />
        <p className="hint">Its short name, as it stands in your invitation.</p>
        <button type="submit" className="button primary">
          Continue
        </button>
      </form>
    </main>
  )
}
