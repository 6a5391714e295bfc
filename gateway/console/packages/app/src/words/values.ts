export interface Money {
  readonly amount: string
  readonly currency: string
}

const DECIMAL = /^-?\d+(\.\d+)?$/

export function isMoney(value: unknown): value is Money {
  return typeof value === "object" && value !== null && "amount" in value && "currency" in value
}

export function isDecimal(text: string): text is `${number}` {
  return DECIMAL.test(text)
}

/** A decimal as the locale writes it. It goes in as text, which Intl formats digit by digit: no float holds it. */
export function decimalWords(text: string): string {
  if (!isDecimal(text)) return text
  return new Intl.NumberFormat(undefined, { maximumFractionDigits: 20 }).format(text)
}

/** One decimal less another, to the last digit of both. */
export function less(of: `${number}`, taken: `${number}`): `${number}` {
  const places = Math.max(placesOf(of), placesOf(taken))
  const left = wholeOf(of, places) - wholeOf(taken, places)
  const digits = `${left < 0n ? -left : left}`.padStart(places + 1, "0")
  const cut = digits.length - places
  const said = places === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`
  return `${left < 0n ? "-" : ""}${said}` as `${number}`
}

function placesOf(decimal: string): number {
  return decimal.split(".")[1]?.length ?? 0
}

function wholeOf(decimal: string, places: number): bigint {
  const [whole = "", part = ""] = decimal.split(".")
  return BigInt(whole + part.padEnd(places, "0"))
}

/** An amount with its currency; whole amounts without the places of cents. */
export function moneyWords({ amount, currency }: Money): string {
  if (!isDecimal(amount)) return `${amount} ${currency}`
  try {
    const places = { maximumFractionDigits: 4, trailingZeroDisplay: "stripIfInteger" } as const
    return new Intl.NumberFormat(undefined, { style: "currency", currency, ...places }).format(amount)
  } catch {
    return `${decimalWords(amount)} ${currency}` // no currency that the browser knows
  }
}

/** A day such as 2017-03-31, which is the same day everywhere. */
export function dayWords(day: string): string {
  const at = new Date(`${day.slice(0, 10)}T00:00:00Z`)
  return Number.isNaN(at.getTime()) ? day : at.toLocaleDateString(undefined, { dateStyle: "medium", timeZone: "UTC" })
}

/** A month such as 2017-03. */
export function monthWords(month: string): string {
  const at = new Date(`${month}-01T00:00:00Z`)
  if (Number.isNaN(at.getTime())) return month
  return at.toLocaleDateString(undefined, { month: "short", year: "numeric", timeZone: "UTC" })
}

/** A moment as the clock here shows it. What was told as a day alone, midnight of UTC, is shown as that day. */
export function momentWords(moment: string): string {
  if (/T00:00:00(\.0+)?(Z|\+00:00)$/.test(moment)) return dayWords(moment)
  const at = new Date(moment)
  return Number.isNaN(at.getTime()) ? moment : at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })
}

export function yesNoWords(value: boolean): string {
  return value ? "Yes" : "No"
}
