import { type SyntheticEvent, useState } from "react"
import type { Filter } from "../asking/address"
import { choicesOf } from "../asking/operators"
import { filterLabel, type Shown } from "../catalogue/columns"
import { FilterValue } from "./FilterValue"

/** A column, an operator in words, and a value. */
export function FilterForm({
  columns,
  add,
}: {
  readonly columns: readonly Shown[]
  readonly add: (filter: Filter) => void
}) {
  const [name, setName] = useState(columns[0]?.name ?? "")
  const [at, setAt] = useState(0)
  const [value, setValue] = useState("")
  const column = columns.find((each) => each.name === name)
  if (column === undefined) return null
  const choices = choicesOf(column)
  const choice = choices[at]
  const fixed = choice?.value ?? null

  function submit(event: SyntheticEvent) {
    event.preventDefault()
    const said = fixed ?? value.trim()
    if (choice !== undefined && said !== "") add({ column: name, operator: choice.operator, value: said })
  }

  return (
    <form className="filter-form" onSubmit={submit}>
      <select
        aria-label="Column"
        autoFocus
        value={name}
        onChange={(event) => {
          setName(event.target.value)
          setAt(0)
          setValue("")
        }}
      >
        <Options columns={columns.filter((each) => each.own === null)} />
        {columns.some((each) => each.own !== null) && (
          <optgroup label="Fields of your own">
            <Options columns={columns.filter((each) => each.own !== null)} />
          </optgroup>
        )}
      </select>
      <select
        aria-label="Operator"
        value={at}
        onChange={(event) => {
          setAt(Number(event.target.value))
          setValue("")
        }}
      >
        {choices.map((each, index) => (
          <option key={each.words} value={index}>
            {each.words}
          </option>
        ))}
      </select>
      {fixed === null && choice !== undefined && (
        <FilterValue
          key={`${name} ${choice.operator}`}
          column={column}
          many={choice.operator === "in"}
          value={value}
          change={setValue}
        />
      )}
      <button type="submit" className="button primary">
        Add
      </button>
    </form>
  )
}

function Options({ columns }: { readonly columns: readonly Shown[] }) {
  const sorted = [...columns].sort((a, b) => filterLabel(a).localeCompare(filterLabel(b)))
  return sorted.map((column) => (
    <option key={column.name} value={column.name}>
      {filterLabel(column)}
    </option>
  ))
}
