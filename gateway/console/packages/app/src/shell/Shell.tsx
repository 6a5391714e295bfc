import { type ReactNode } from "react"
import { useHref, useLocation } from "react-router"
import { usePerson } from "../reading/session"
import { useAppDispatch, useAsOf } from "../state/store"
import { cameBack } from "../state/time"
import { dayWords } from "../words/values"
import { Account } from "./Account"
import { Boundary } from "./Boundary"
import { Notice } from "./Notice"
import { SearchBox } from "./SearchBox"
import { SideBar } from "./SideBar"
import { signInAddress } from "./SignIn"
import { TimeSetter } from "./TimeSetter"
import { useDayInAddress } from "./useDayInAddress"

export function Shell({ signedOut, children }: { readonly signedOut: boolean; readonly children: ReactNode }) {
  const here = useLocation()
  useDayInAddress()
  return (
    <div className="shell">
      <a className="skip" href="#page">
        Skip to the page
      </a>
      <SideBar />
      <div className="stage">
        <header className="top">
          <SearchBox key={here.key} />
          <TimeSetter />
          <Account />
        </header>
        {signedOut && <SignedOut />}
        <TimeBanner />
        <main id="page" tabIndex={-1}>
          <Boundary key={here.pathname}>{children}</Boundary>
        </main>
      </div>
    </div>
  )
}

function TimeBanner() {
  const asOf = useAsOf()
  const dispatch = useAppDispatch()
  if (asOf === null) return null
  return (
    <div className="time-banner" role="status">
      <span>
        Everything is shown as it stood on <strong>{dayWords(asOf)}</strong>. Nothing can be changed.
      </span>
      <button type="button" className="button" onClick={() => dispatch(cameBack())}>
        Back to now
      </button>
    </div>
  )
}

function SignedOut() {
  const { tenant } = usePerson().session
  const here = useHref(useLocation())
  return (
    <Notice tone="error">
      <span>You have been signed out. Sign in again in another window; what you typed stays here.</span>
      <a className="button" href={signInAddress(tenant, here)} target="_blank" rel="noreferrer">
        Sign in
      </a>
    </Notice>
  )
}
