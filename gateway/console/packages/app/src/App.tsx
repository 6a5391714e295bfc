import type { Client } from "@nexus360/client"
import type { List, Report } from "@nexus360/contract"
import { QueryClientProvider } from "@tanstack/react-query"
import { useMemo, useState } from "react"
import { Provider } from "react-redux"
import { useSearchParams } from "react-router"
import { Catalogue, Reports } from "./catalogue/context"
import { ClientProvider, createQueries } from "./reading/client"
import { PersonProvider, usePermissions, useSession } from "./reading/session"
import { Pages } from "./Pages"
import { SignIn } from "./shell/SignIn"
import { Trouble } from "./shell/Notice"
import { createStore } from "./state/store"
import { timeOf } from "./state/time"

interface Props {
  readonly client: Client
  readonly lists: readonly List[]
  readonly reports: readonly Report[]
}

/** The console; it is to stand within a router. */
export function App({ client, lists, reports }: Props) {
  const [given] = useSearchParams()
  const [store] = useState(() => createStore(timeOf(given)))
  const [queries] = useState(createQueries)
  return (
    <Provider store={store}>
      <QueryClientProvider client={queries}>
        <ClientProvider value={client}>
          <Catalogue value={lists}>
            <Reports value={reports}>
              <Door />
            </Reports>
          </Catalogue>
        </ClientProvider>
      </QueryClientProvider>
    </Provider>
  )
}

/** Lets in whoever has a session. Who loses it stays where they are, for they may be in the middle of something. */
function Door() {
  const session = useSession()
  const [last, setLast] = useState(session.data ?? null)
  if (session.data && session.data !== last) setLast(session.data)
  const permissions = usePermissions(last !== null)
  const person = useMemo(
    () => (last === null || permissions.data === undefined ? null : { session: last, permissions: permissions.data }),
    [last, permissions.data],
  )

  if (last === null && session.data === null) return <SignIn />
  if (session.isError && last === null) return <Trouble error={session.error} again={() => void session.refetch()} />
  if (permissions.isError) return <Trouble error={permissions.error} again={() => void permissions.refetch()} />
  if (person === null)
    return (
      <p className="loading" role="status">
        Loading…
      </p>
    )
  return (
    <PersonProvider value={person}>
      <Pages signedOut={session.data === null} />
    </PersonProvider>
  )
}
