import { useShared } from "./context"
import { partOf, textOf, withPart } from "./draft"
import type { InputProps } from "./Input"

/** An amount, kept as the text that was typed, and its currency. */
export function MoneyInput({ id, label, describedBy, invalid, draft, change }: InputProps) {
  const { currency } = useShared()
  const said = textOf(partOf(draft, "currency"))
  const common = { "aria-describedby": describedBy, "aria-invalid": invalid || undefined }
  const type = (amount: string) =>
    change(withPart(withPart(draft, "currency", said === "" ? currency : said), "amount", amount))
  return (
    <span className="together money">
      <input
        {...common}
        id={id}
        inputMode="decimal"
        value={textOf(partOf(draft, "amount"))}
        onChange={(event) => type(event.target.value)}
      />
      <input
        {...common}
        className="currency"
        aria-label={`Currency of ${label}`}
        maxLength={3}
        spellCheck={false}
        value={said}
        placeholder={currency}
        onChange={(event) => change(withPart(draft, "currency", event.target.value.toUpperCase()))}
      />
    </span>
  )
}
