import { type Failure, failureOf, type Uploaded } from "@nexus360/client"
import { useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { SESSION, useClient } from "./client"

/** Sends a file. */
export function useUpload() {
  const client = useClient()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)

  async function send(file: File): Promise<Uploaded | null> {
    setBusy(true)
    setFailure(null)
    try {
      return await client.upload(file)
    } catch (thrown) {
      const failed = failureOf(thrown)
      if (failed === null) throw thrown
      setFailure(failed)
      if (failed.kind === "signed-out") void queries.invalidateQueries({ queryKey: SESSION })
      return null
    } finally {
      setBusy(false)
    }
  }

  return { send, busy, failure }
}
