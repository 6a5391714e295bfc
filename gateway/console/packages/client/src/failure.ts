/** What is wrong with one field of a body, as the API says it; `field` is a path such as `lines.0.name`. */
export interface FieldError {
  readonly field: string
  readonly code: string
  readonly message: string
}

/** Why there is no answer of the kind that was asked for. */
export type Failure =
  | {
      readonly kind: "refused"
      readonly status: number
      readonly code: string
      readonly detail: string
      readonly errors: readonly FieldError[]
    }
  | { readonly kind: "changed"; readonly detail: string; readonly version: number | null }
  | { readonly kind: "late"; readonly detail: string }
  | { readonly kind: "signed-out" }
  | { readonly kind: "broken"; readonly status: number; readonly detail: string }
  | { readonly kind: "unreachable" }

/** A failure as it is thrown. */
export class Failed extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(sentenceOf(failure))
    this.failure = failure
  }
}

export function failureOf(thrown: unknown): Failure | null {
  return thrown instanceof Failed ? thrown.failure : null
}

/** Whether the change may have been taken all the same: nobody knows until the same is sent again. */
export function isOpen(failure: Failure): boolean {
  switch (failure.kind) {
    case "unreachable":
    case "broken":
    case "late":
      return true
    case "refused":
    case "changed":
    case "signed-out":
      return false
    default:
      return failure satisfies never
  }
}

/** Reads an answer that is no success. */
export async function readFailure(answer: Response): Promise<Failure> {
  const body = await problemOf(answer)
  const detail = typeof body["detail"] === "string" ? body["detail"] : `The platform answered ${answer.status}.`
  const code = typeof body["code"] === "string" ? body["code"] : ""
  if (answer.status === 401) return { kind: "signed-out" }
  if (answer.status === 412) return { kind: "changed", detail, version: numberOr(body["version"]) }
  if (answer.status === 504 && code === "position_late") return { kind: "late", detail }
  if (answer.status >= 500) return { kind: "broken", status: answer.status, detail }
  return { kind: "refused", status: answer.status, code, detail, errors: errorsOf(body, code, detail) }
}

function sentenceOf(failure: Failure): string {
  switch (failure.kind) {
    case "refused":
    case "changed":
    case "late":
    case "broken":
      return failure.detail
    case "signed-out":
      return "You are not signed in any more."
    case "unreachable":
      return "The platform cannot be reached."
    default:
      return failure satisfies never
  }
}

async function problemOf(answer: Response): Promise<Readonly<Record<string, unknown>>> {
  try {
    const body: unknown = await answer.json()
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {}
  } catch {
    return {} // a proxy in between may answer with anything
  }
}

function errorsOf(body: Readonly<Record<string, unknown>>, code: string, detail: string): readonly FieldError[] {
  if (Array.isArray(body["errors"])) return body["errors"] as FieldError[]
  return typeof body["field"] === "string" ? [{ field: body["field"], code, message: detail }] : []
}

function numberOr(value: unknown): number | null {
  return typeof value === "number" ? value : null
}
