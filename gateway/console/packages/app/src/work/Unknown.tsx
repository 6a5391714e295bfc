import { NoSuchPage } from "../shell/NoSuchPage"
import { isMissing, Trouble } from "../shell/Notice"

interface Props {
  readonly error: Error | null
  readonly again: () => void
}

/** In place of work of which nothing is known yet, or which there is not. */
export function Unknown({ error, again }: Props) {
  if (error === null)
    return (
      <p className="loading" role="status">
        Loading…
      </p>
    )
  return isMissing(error) ? <NoSuchPage /> : <Trouble error={error} again={again} />
}
