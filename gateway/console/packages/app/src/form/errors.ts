import type { Failure, FieldError } from "@nexus360/client"

/** What is wrong with the fields of a body; of one that stands within another body, what is wrong with it alone has its
 * own paths. */
export function errorsOf(failure: Failure | null, within = ""): readonly FieldError[] {
  const errors = failure?.kind === "refused" ? failure.errors : []
  if (within === "") return errors
  return errors.map((error) =>
    error.field.startsWith(`${within}.`) ? { ...error, field: error.field.slice(within.length + 1) } : error,
  )
}

/** What is wrong with the input at a path; of one without inputs within it also what is wrong further in. */
export function errorAt(errors: readonly FieldError[], path: string, deep: boolean): string | null {
  const found = errors.find((error) => error.field === path || (deep && error.field.startsWith(`${path}.`)))
  return found === undefined ? null : plain(found.message)
}

/** Those that no input of a form shows. */
export function elsewhere(errors: readonly FieldError[], names: readonly string[]): readonly FieldError[] {
  return errors.filter((error) => !names.includes(error.field.split(".")[0] ?? ""))
}

function plain(message: string): string {
  const said = message.replace(/^Value error, /, "")
  return said.charAt(0).toUpperCase() + said.slice(1)
}
