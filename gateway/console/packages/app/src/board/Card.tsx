import type { List } from "@nexus360/contract"
import { type Shown, valueOf } from "../catalogue/columns"
import { Cell, isHidden } from "../list/Table"
import type { Row } from "../reading/rows"
import { isEmpty } from "../record/Values"
import { Menu } from "../shell/Menu"
import { momentWords } from "../words/values"
import { nameOf, type Stage } from "./board"

interface Props {
  readonly list: List
  readonly columns: readonly Shown[]
  readonly card: Row
  /** The moment that is shown. */
  readonly at: string
  /** The stages that it can be sent to. */
  readonly goals: readonly Stage[]
  readonly take: () => void
  readonly drop: () => void
  readonly move: (stage: Stage) => void
}

/** A deal on the board; it is moved by hand, or by a menu that the keyboard reaches. */
export function Card({ list, columns, card, at, goals, take, drop, move }: Props) {
  const told = (name: string) => <Told list={list} columns={columns} card={card} name={name} />
  const name = nameOf(list, card)
  const rots = card["rots_at"]
  const open = card["stage"] !== "WON" && card["stage"] !== "LOST"
  return (
    <article
      id={cardId(card.id)}
      className="deal"
      aria-label={name}
      draggable={goals.length > 0}
      onDragStart={(event) => {
        event.dataTransfer.setData("text/plain", name)
        event.dataTransfer.effectAllowed = "move"
        take()
      }}
      onDragEnd={drop}
    >
      <div className="deal-head">
        <h3>{told("name")}</h3>
        {goals.length > 0 && (
          <Menu label="⋯" name={`Move ${name} to…`} side="right" className="button quiet small">
            {(close) =>
              goals.map((stage) => (
                <button
                  key={stage.stage_id}
                  type="button"
                  className="menu-item"
                  onClick={() => {
                    close()
                    move(stage)
                  }}
                >
                  {stage.name}
                </button>
              ))
            }
          </Menu>
        )}
      </div>
      <p className="deal-line">{told("company_name")}</p>
      <p className="deal-worth">
        <strong>{told("amount")}</strong>
        {told("owner_name")}
      </p>
      {open && !isEmpty(card["expected_close_on"]) && <p className="hint">Closes {told("expected_close_on")}</p>}
      {open && !isEmpty(card["next_step"]) && (
        <p className="hint">
          Next: {told("next_step")} {!isEmpty(card["next_step_on"]) && <>({told("next_step_on")})</>}
        </p>
      )}
      {open && typeof rots === "string" && rots <= at && (
        <p className="rotting">Nothing has happened for too long: it rots since {momentWords(rots)}</p>
      )}
    </article>
  )
}

/** Where a card is found on the page. */
export function cardId(id: string): string {
  return `deal-${id}`
}

interface ToldProps {
  readonly list: List
  readonly columns: readonly Shown[]
  readonly card: Row
  readonly name: string
}

function Told({ list, columns, card, name }: ToldProps) {
  const column = columns.find((each) => each.name === name)
  if (column === undefined || (isEmpty(valueOf(card, name)) && !isHidden(card, column))) return null
  return <Cell list={list} row={card} column={column} first={false} nameOf={() => null} further="" />
}
