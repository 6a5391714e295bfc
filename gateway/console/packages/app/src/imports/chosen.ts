import type { Bodies, Imported, Rows } from "@nexus360/contract"
import type { Preview } from "./preview"

export type ImportJob = Rows["integration/imports"]
type Start = Bodies["integration.import_job.start"]

/** How rows are to become records, as somebody chose it. What is empty is not said. */
export interface Chosen {
  /** From a field to the file's column that fills it. */
  readonly mapping: Readonly<Record<string, string>>
  /** From what the file calls a stage to the stage. */
  readonly stages: Readonly<Record<string, string>>
  readonly decimal: string
  readonly dates: string
  readonly currency: string
  /** A day, from which records hold that have no date of their own. */
  readonly from: string
  readonly match: readonly string[]
  readonly known: NonNullable<Start["known"]>
  readonly unknown: NonNullable<Start["unknown"]>
}

/** The file that was sent, what its rows become, and in what it is written. */
export interface Source {
  readonly target: string
  readonly file: string
  readonly name: string
  readonly encoding: string | null
}

export function suggestedChoice({ suggested }: Preview): Chosen {
  return {
    mapping: suggested.mapping,
    stages: suggested.values["stage"] ?? {},
    decimal: suggested.decimal ?? "",
    dates: suggested.dates ?? "",
    currency: "",
    from: "",
    match: [],
    known: "UPDATE",
    unknown: "CREATE",
  }
}

export function fieldOf(chosen: Chosen, column: string): string {
  return Object.keys(chosen.mapping).find((field) => chosen.mapping[field] === column) ?? ""
}

/** With a column that fills a field, or none: no column fills two, and no field is filled by two. */
export function filledBy(chosen: Chosen, field: string, column: string): Chosen {
  const others = Object.entries(chosen.mapping).filter(([name, now]) => name !== field && now !== column)
  return { ...chosen, mapping: Object.fromEntries(field === "" ? others : [...others, [field, column]]) }
}

/** What no record can do without and no column fills. */
export function missing(imported: Imported, chosen: Chosen): readonly string[] {
  const needed = imported.fields.filter(({ name, required }) => required && !(name in chosen.mapping))
  const none = imported.any_of.length > 0 && !imported.any_of.some((name) => name in chosen.mapping)
  return [...needed.map(({ name }) => name), ...(none ? imported.any_of.slice(0, 1) : [])]
}

/** By what rows can be matched: what columns fill, and where rows name one another the name alone. */
export function matchable(imported: Imported, { mapping }: Chosen): readonly string[] {
  const filled = imported.match.filter((name) => name in mapping || (name === "name" && "last_name" in mapping))
  const within = imported.within !== null && imported.within in mapping
  return within ? filled.filter((name) => name === "name") : filled
}

/** What was chosen, as it is said: in the tenant's own currency unless another was, and by what rows can be matched. */
export function settled(imported: Imported, chosen: Chosen, currency: string): Chosen {
  const can = matchable(imported, chosen)
  return {
    ...chosen,
    currency: chosen.currency === "" ? currency : chosen.currency,
    match: chosen.match.filter((name) => can.includes(name)),
  }
}

export function bodyOf(source: Source, chosen: Chosen, dryRun: boolean): Start {
  const { mapping, stages, decimal, dates, currency, from, match, known, unknown } = chosen
  return {
    target: source.target,
    file: source.file,
    file_name: source.name,
    mapping,
    known,
    unknown,
    dry_run: dryRun,
    ...(match.length > 0 ? { match_on: match } : {}),
    ...("stage" in mapping && Object.keys(stages).length > 0 ? { values: { stage: stages } } : {}),
    ...(source.encoding !== null ? { encoding: source.encoding } : {}),
    ...(decimal !== "" ? { decimal } : {}),
    ...(dates !== "" ? { dates } : {}),
    ...(currency !== "" ? { currency } : {}),
    ...(from !== "" ? { valid_from: `${from}T00:00:00Z` } : {}),
  }
}
