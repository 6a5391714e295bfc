/** A moment, such as 2017-03-31T12:00:00Z, as an input of the browser's own time has it. */
export function localOf(moment: string): string {
  const at = new Date(moment)
  if (moment === "" || Number.isNaN(at.getTime())) return ""
  const here = new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
  return here.toISOString().slice(0, 16)
}

/** The moment that an input of the browser's own time names. */
export function utcOf(local: string): string {
  const at = new Date(local)
  return local === "" || Number.isNaN(at.getTime()) ? "" : at.toISOString()
}
