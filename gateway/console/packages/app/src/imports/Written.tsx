import type { Imported } from "@nexus360/contract"
import type { OwnField } from "../catalogue/own"
import { Labelled } from "../fields/Labelled"
import { useHomeCurrency } from "../reading/currency"
import type { Chosen } from "./chosen"

interface Props {
  readonly imported: Imported
  readonly own: readonly OwnField[]
  readonly chosen: Chosen
  readonly choose: (chosen: Chosen) => void
}

const DECIMALS = [
  ["", "1234.50"],
  [".", "1,234.50"],
  [",", "1.234,50"],
] as const
const DATES = [
  ["", "2025-12-31, times with their zone"],
  ["ymd", "2025/12/31, times in UTC"],
  ["dmy", "31/12/2025"],
  ["mdy", "12/31/2025"],
] as const
const AMOUNTS = new Set(["amount", "millions"])

/** How the file writes amounts and dates. */
export function Written({ imported, own, chosen, choose }: Props) {
  const home = useHomeCurrency()
  const cells = imported.fields.filter(({ name }) => name in chosen.mapping).map((field) => field.cells)
  const filled = own.filter(({ key }) => `custom.${key}` in chosen.mapping)
  const amounts = cells.some((kind) => AMOUNTS.has(kind)) || filled.some(({ kind }) => kind === "MONEY")
  const numbers = amounts || cells.includes("integer") || filled.some(({ kind }) => kind === "NUMBER")
  const dates = cells.includes("moment") || filled.some(({ kind }) => kind === "DATE")
  if (!numbers && !dates) return null
  return (
    <fieldset className="card field group">
      <legend>How the file is written</legend>
      <div className="group-fields">
        {numbers && (
          <Labelled name="decimal" label="Numbers" hint="" errors={[]}>
            {(input) => (
              <select
                {...input}
                value={chosen.decimal}
                onChange={(event) => choose({ ...chosen, decimal: event.target.value })}
              >
                <Options options={DECIMALS} />
              </select>
            )}
          </Labelled>
        )}
        {dates && (
          <Labelled name="dates" label="Dates" hint="" errors={[]}>
            {(input) => (
              <select
                {...input}
                value={chosen.dates}
                onChange={(event) => choose({ ...chosen, dates: event.target.value })}
              >
                <Options options={DATES} />
              </select>
            )}
          </Labelled>
        )}
        {amounts && (
          <Labelled name="currency" label="Currency" hint="Of amounts that say none themselves." errors={[]}>
            {(input) => (
              <input
                {...input}
                maxLength={3}
                spellCheck={false}
                placeholder={home}
                value={chosen.currency}
                onChange={(event) => choose({ ...chosen, currency: event.target.value.toUpperCase() })}
              />
            )}
          </Labelled>
        )}
      </div>
    </fieldset>
  )
}

export function Options({ options }: { readonly options: readonly (readonly [string, string])[] }) {
  return options.map(([option, label]) => (
    <option key={option} value={option}>
      {label}
    </option>
  ))
}
