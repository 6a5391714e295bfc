import { useQuery } from "@tanstack/react-query"
import { useClient } from "../reading/client"

export interface FileColumn {
  readonly name: string
  readonly looks: string
  readonly samples: readonly string[]
  readonly field: string | null
}

/** What the platform sees in a file, and how it would take it. */
export interface Preview {
  readonly format: "csv" | "xlsx"
  readonly encoding: string | null
  readonly fallback: string | null
  readonly delimiter: string | null
  readonly rows: number
  readonly more: boolean
  readonly columns: readonly FileColumn[]
  readonly first: readonly (readonly string[])[]
  readonly problems: readonly { readonly line: number; readonly code: string; readonly reason: string }[]
  readonly guessed: readonly number[]
  readonly undecided: readonly string[]
  readonly suggested: {
    readonly mapping: Readonly<Record<string, string>>
    readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>
    readonly decimal: string | null
    readonly dates: string | null
  }
}

/** Looks at a file that was sent, as what its rows are to become. */
export function usePreview(file: string, target: string, encoding: string | null) {
  const client = useClient()
  const path = `/integration/files/${encodeURIComponent(file)}/preview`
  return useQuery({
    queryKey: ["preview", file, target, encoding],
    staleTime: Infinity,
    queryFn: async ({ signal }) => (await client.get<Preview>(path, { target, encoding }, signal)).value,
  })
}
