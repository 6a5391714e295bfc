import { type Asked, type Filter, parameterOf, withFilter, withoutFilter } from "../asking/address"
import { choiceOf } from "../asking/operators"
import { filterable, filterLabel, type Shown } from "../catalogue/columns"
import { type NameOf, useNames } from "../reading/names"
import { Menu } from "../shell/Menu"
import { useAsOf } from "../state/store"
import { choiceWords, words } from "../words/names"
import { dayWords, decimalWords } from "../words/values"
import { FilterForm } from "./FilterForm"

interface Props {
  readonly columns: readonly Shown[]
  readonly asked: Asked
  readonly ask: (asked: Asked) => void
}

/** What the list is narrowed by, and a way to narrow it further. */
export function Filters({ columns, asked, ask }: Props) {
  const can = filterable(columns)
  const columnOf = (filter: Filter) => columns.find((column) => column.name === filter.column)
  const ids = asked.filters.flatMap((filter) =>
    filter.value.split(",").map((id) => ({ list: leadsOf(columnOf(filter)), id })),
  )
  const nameOf = useNames(ids, useAsOf())
  if (can.length === 0) return null
  return (
    <div className="filters" aria-label="Filters" role="group">
      {asked.filters.map((filter) => (
        <Chip
          key={parameterOf(filter)}
          filter={filter}
          column={columnOf(filter)}
          nameOf={nameOf}
          drop={() => ask(withoutFilter(asked, filter))}
        />
      ))}
      <Menu label="+ Filter" className="button quiet">
        {(close) => (
          <FilterForm
            columns={can}
            add={(filter) => {
              ask(withFilter(asked, filter))
              close()
            }}
          />
        )}
      </Menu>
      {asked.filters.length > 1 && (
        <button type="button" className="button quiet" onClick={() => ask({ ...asked, filters: [] })}>
          Clear all
        </button>
      )}
    </div>
  )
}

interface ChipProps {
  readonly filter: Filter
  readonly column: Shown | undefined
  readonly nameOf: NameOf
  readonly drop: () => void
}

function Chip({ filter, column, nameOf, drop }: ChipProps) {
  const label = column === undefined ? words(filter.column) : filterLabel(column)
  const operator = column === undefined ? filter.operator : choiceOf(column, filter.operator, filter.value)
  const value = filter.operator === "null" ? "" : valueWords(filter, column, nameOf)
  return (
    <span className="chip">
      <span>
        {label} <span className="chip-operator">{operator}</span> {value !== "" && <strong>{value}</strong>}
      </span>
      <button type="button" aria-label={`Take away: ${label} ${operator} ${value}`.trim()} onClick={drop}>
        ×
      </button>
    </span>
  )
}

function valueWords(filter: Filter, column: Shown | undefined, nameOf: NameOf): string {
  const values = filter.operator === "in" ? filter.value.split(",") : [filter.value]
  return values.map((value) => oneValue(value, column, nameOf)).join(", ")
}

function oneValue(value: string, column: Shown | undefined, nameOf: NameOf): string {
  const leads = leadsOf(column)
  if (leads !== null) return nameOf(leads, value) ?? value
  if (column === undefined) return value
  switch (column.form) {
    case "choice":
      return column.own === null ? choiceWords(value) : value
    case "yes-no":
      return value === "true" ? "Yes" : "No"
    case "date":
    case "time":
      return /^\d{4}-\d\d-\d\d/.test(value) ? dayWords(value) : words(value).toLowerCase()
    case "money":
    case "decimal": {
      const [amount = "", ...currency] = value.split(" ")
      return [decimalWords(amount), ...currency].join(" ")
    }
    case "text":
    case "integer":
    case "texts":
    case "records":
    case "object":
    case "computed":
      return value
    default:
      return column.form satisfies never
  }
}

function leadsOf(column: Shown | undefined): string | null {
  return column === undefined || column.through !== null ? null : column.leads
}
