import { Link } from "react-router"
import { type Asked, type Filter, withFilter, writeAddress } from "../asking/address"
import { writeBesides } from "../list/useAsked"
import { BOARD, BOARD_OF } from "./board"

interface Props {
  readonly list: string
  readonly board: string
  readonly here: "list" | "board"
}

/** The same deals as a list and as a board. */
export function Switch({ list, board, here }: Props) {
  return (
    <nav className="switch" aria-label="How deals are shown">
      <Link className="button" to={list} aria-current={here === "list" ? "page" : undefined}>
        List
      </Link>
      <Link className="button" to={board} aria-current={here === "board" ? "page" : undefined}>
        Board
      </Link>
    </nav>
  )
}

/** The board of what a list is asked; neither the trash nor what is searched for has one. */
export function boardAddress(asked: Asked, pipeline: string | null): string {
  const named = asked.filters.find(isPipeline)
  const filters = asked.filters.filter((filter) => filter !== named)
  const besides = { pipeline: pipeline ?? named?.value ?? null }
  return said(BOARD, writeBesides({ ...asked, filters, q: "", trash: false }, besides))
}

/** The list of what a board is asked, or of one of its stages. */
export function listAddress(asked: Asked, pipeline: string | null, stage: string | null): string {
  const narrowed = exactly(exactly(asked, "pipeline_id", pipeline), "stage_id", stage)
  return said(`/${BOARD_OF}`, writeAddress(narrowed))
}

function exactly(asked: Asked, column: string, value: string | null): Asked {
  return value === null ? asked : withFilter(asked, { column, operator: "eq", value })
}

function isPipeline({ column, operator }: Filter): boolean {
  return column === "pipeline_id" && operator === "eq"
}

function said(path: string, written: URLSearchParams): string {
  const text = written.toString()
  return text === "" ? path : `${path}?${text}`
}
