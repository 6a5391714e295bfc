import { type Failure, failureOf } from "@nexus360/client"
import type { ReactNode } from "react"

type Tone = "info" | "warning" | "error"

export function Notice({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <div className={`notice notice-${tone}`} role={tone === "error" ? "alert" : "status"}>
      {children}
    </div>
  )
}

/** Why a part of the page is missing, with a way to try again. */
export function Trouble({ error, again }: { readonly error: unknown; readonly again: () => void }) {
  return (
    <Notice tone="error">
      <span>{error instanceof Error ? error.message : "Something went wrong."}</span>
      <button type="button" className="button" onClick={again}>
        Try again
      </button>
    </Notice>
  )
}

/** Old data are better than none, but are said to be so. */
export function Late({ late }: { readonly late: boolean }) {
  return late ? <Notice tone="warning">Your last change is taken, but not shown here yet.</Notice> : null
}

export function sentence(failure: Failure): string {
  switch (failure.kind) {
    case "refused":
    case "late":
    case "broken":
      return failure.detail
    case "changed":
      return "Somebody else has changed this record since you opened it."
    case "signed-out":
      return "You have been signed out. Sign in again in another window; what you typed stays here."
    case "unreachable":
      return "The platform cannot be reached. What you typed is still here: send it again."
    default:
      return failure satisfies never
  }
}

export function isMissing(error: unknown): boolean {
  const failure = failureOf(error)
  return failure?.kind === "refused" && failure.status === 404
}
