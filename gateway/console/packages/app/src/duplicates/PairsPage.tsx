import type { Duplicates, List } from "@nexus360/contract"
import { Link, useParams } from "react-router"
import { useList } from "../catalogue/context"
import { useChange, useIsNow } from "../reading/change"
import { useMay } from "../reading/session"
import { NoSuchPage } from "../shell/NoSuchPage"
import { Notice, sentence, Trouble } from "../shell/Notice"
import { RecordLink } from "../shell/RecordLink"
import { useAsOf } from "../state/store"
import { words } from "../words/names"
import { mergeAddress } from "./addresses"
import { Because } from "./Because"
import { calledIn } from "./called"
import { useCommand } from "./commands"
import { Dismiss } from "./Dismiss"
import { type Pair, usePairs } from "./reading"

export function PairsPage() {
  const { domain, name } = useParams()
  const list = useList(`${domain ?? ""}/${name ?? ""}`)
  const may = useMay()
  if (list === null || list.duplicates === null || !may(list.permission)) return <NoSuchPage />
  return <Pairs key={list.key} list={list} duplicates={list.duplicates} />
}

function Pairs({ list, duplicates }: { readonly list: List; readonly duplicates: Duplicates }) {
  const asOf = useAsOf()
  const answer = usePairs(list, duplicates, asOf)
  const sending = useChange()
  const title = `${words(list.name)} that may be one`
  const pairs = answer.data ?? []
  return (
    <section className="page" aria-labelledby="pairs-title">
      <title>{`${title} · Nexus360`}</title>
      <p className="crumbs">
        <Link to={`/${list.key}`}>{words(list.name)}</Link>
      </p>
      <div className="page-head">
        <h1 id="pairs-title">{title}</h1>
      </div>
      {sending.failure !== null && <Notice tone="error">{sentence(sending.failure)}</Notice>}
      {answer.isError && <Trouble error={answer.error} again={() => void answer.refetch()} />}
      {answer.isPending && (
        <p className="loading" role="status">
          Looking for pairs…
        </p>
      )}
      {answer.isSuccess && pairs.length === 0 && <p className="empty">No two of them look alike.</p>}
      <ul className="alike card" hidden={pairs.length === 0}>
        {pairs.map((pair) => (
          <li key={`${pair.one.id} ${pair.other.id}`}>
            <Two list={list} pair={pair} />
            <Dismiss list={list} id={pair.one.id} other={pair.other.id} sending={sending} />
          </li>
        ))}
      </ul>
      {answer.hasNextPage && (
        <button
          type="button"
          className="button"
          disabled={answer.isFetchingNextPage}
          onClick={() => void answer.fetchNextPage()}
        >
          Show more
        </button>
      )}
    </section>
  )
}

function Two({ list, pair: { one, other, ...likeness } }: { readonly list: List; readonly pair: Pair }) {
  const merges = useCommand(list, "merge") !== null
  const isNow = useIsNow()
  return (
    <>
      <span>
        <RecordLink list={list.key} id={one.id}>
          {calledIn(list, one)}
        </RecordLink>{" "}
        and{" "}
        <RecordLink list={list.key} id={other.id}>
          {calledIn(list, other)}
        </RecordLink>{" "}
        <Because likeness={likeness} />
      </span>
      {merges && isNow && (
        <Link className="button" to={mergeAddress(list, one.id, other.id)}>
          Compare
        </Link>
      )}
    </>
  )
}
