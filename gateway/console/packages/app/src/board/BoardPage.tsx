import type { List } from "@nexus360/contract"
import { useState } from "react"
import { queryOf } from "../asking/query"
import { useList } from "../catalogue/context"
import { Filters } from "../list/Filters"
import { NewButton } from "../list/ListPage"
import { useAskedBesides } from "../list/useAsked"
import { useColumns } from "../list/useColumns"
import { useViews, useViewsReady } from "../list/views"
import { ViewsMenu } from "../list/ViewsMenu"
import { useOwnFields } from "../reading/own"
import { useMay } from "../reading/session"
import { NoSuchPage } from "../shell/NoSuchPage"
import { Late, Trouble } from "../shell/Notice"
import { useAsOf } from "../state/store"
import { words } from "../words/names"
import { BOARD_OF, FIELDS, useBoard } from "./board"
import { Deals } from "./Deals"
import { PipelineChoice } from "./PipelineChoice"
import { usePipelines } from "./pipelines"
import { boardAddress, listAddress, Switch } from "./Switch"

/** The deals of a pipeline, stage by stage. */
export function BoardPage() {
  const list = useList(BOARD_OF)
  const may = useMay()
  if (list === null || !may(list.permission)) return <NoSuchPage />
  return <BoardOf list={list} />
}

const NONE: readonly never[] = []
const BESIDES = ["pipeline"] as const
const NOT_HERE = new Set(["pipeline_id", "pipeline_name", "stage_id", "stage_name"])
const FIRST = 20
const MORE = 100

function BoardOf({ list }: { readonly list: List }) {
  const [asked, { pipeline }, ask] = useAskedBesides(BESIDES)
  const [long, setLong] = useState<readonly string[]>([])
  const asOf = useAsOf()
  const own = useOwnFields(list.own, asOf)
  const columns = useColumns(list, own.fields, NONE)
  const views = useViews(list)
  const view = views.find((each) => each.id === asked.view)
  const pipelines = usePipelines(asOf)
  const query = {
    ...queryOf({ ...asked, q: "", trash: false, view: null }, { fields: FIELDS, asOf }),
    where: view?.where ?? null,
    pipeline,
    cards: `${long.length > 0 ? MORE : FIRST}`,
  }
  const answer = useBoard(query, useViewsReady(list))
  const board = answer.data?.value
  const title = words(list.name)

  return (
    <section className="page" aria-labelledby="board-title">
      <title>{`${title}, board · Nexus360`}</title>
      <div className="page-head">
        <h1 id="board-title">{title}</h1>
        <Switch here="board" list={listAddress(asked, pipeline, null)} board={boardAddress(asked, pipeline)} />
        <div className="tools">
          <PipelineChoice
            pipelines={pipelines}
            value={pipeline ?? board?.pipeline.id ?? ""}
            choose={(chosen) => ask(asked, { pipeline: chosen })}
          />
          <ViewsMenu list={list} asked={asked} ask={(next) => ask(next, { pipeline })} views={views} shown={NONE} />
        </div>
        <NewButton list={list} />
      </div>
      <Filters
        columns={columns.all.map((column) => (NOT_HERE.has(column.name) ? { ...column, operators: NONE } : column))}
        asked={asked}
        ask={(next) => ask(next, { pipeline })}
      />
      <Late late={answer.data?.late ?? false} />
      {answer.isError && <Trouble error={answer.error} again={() => void answer.refetch()} />}
      {answer.isPending && (
        <p className="loading" role="status">
          Loading…
        </p>
      )}
      {board !== undefined && (
        <Deals
          key={board.pipeline.id}
          list={list}
          board={board}
          columns={columns.all}
          pipeline={pipelines.find((each) => each.id === board.pipeline.id) ?? null}
          busy={answer.isFetching}
          most={(stage) => (long.includes(stage) ? MORE : FIRST)}
          more={(stage) => (long.includes(stage) ? null : () => setLong([...long, stage]))}
          all={(stage) => listAddress(asked, board.pipeline.id, stage)}
        />
      )}
    </section>
  )
}
