import { addressOf, type Query } from "@nexus360/client"
import type { List } from "@nexus360/contract"
import type { Asked } from "../asking/address"
import { DuplicatesLink } from "../duplicates/DuplicatesLink"
import { ImportLink } from "../imports/ImportLink"
import { Menu } from "../shell/Menu"
import { useAsOf } from "../state/store"
import { ColumnsMenu } from "./ColumnsMenu"
import { QuickSearch } from "./QuickSearch"
import type { Columns } from "./useColumns"
import type { View } from "./views"
import { ViewsMenu } from "./ViewsMenu"

interface Props {
  readonly list: List
  readonly asked: Asked
  readonly ask: (asked: Asked) => void
  readonly columns: Columns
  readonly views: readonly View[]
  readonly query: Query
}

export function ListTools({ list, asked, ask, columns, views, query }: Props) {
  const asOf = useAsOf()
  return (
    <div className="tools" role="toolbar" aria-label="List">
      {list.search && (
        <QuickSearch q={asked.q} disabled={asked.trash || asOf !== null} search={(q) => ask({ ...asked, q })} />
      )}
      <ViewsMenu list={list} asked={asked} ask={ask} views={views} shown={columns.shown} />
      <ColumnsMenu list={list} columns={columns} />
      <Menu label="Download" side="right">
        {(close) => <Downloads path={`/${list.key}`} query={query} done={close} />}
      </Menu>
      <DuplicatesLink list={list} />
      <ImportLink list={list} />
      {list.trash && (
        <button
          type="button"
          className="button"
          aria-pressed={asked.trash}
          onClick={() => ask({ ...asked, trash: !asked.trash })}
        >
          Trash
        </button>
      )}
    </div>
  )
}

const FORMATS = [
  ["csv", "CSV"],
  ["xlsx", "Excel"],
  ["parquet", "Parquet"],
] as const

interface DownloadsProps {
  readonly path: string
  readonly query: Query
  readonly done: () => void
}

/** What is asked of a path as files. */
export function Downloads({ path, query, done }: DownloadsProps) {
  return FORMATS.map(([format, label]) => (
    <a
      key={format}
      className="menu-item"
      download
      href={addressOf(path, { ...query, format })}
      onClick={done}
    >
      {label}
    </a>
  ))
}
