export {
  type Answer,
  type Client,
  addressOf,
  createClient,
  type Page,
  type Query,
  type Session,
  type Uploaded,
} from "./client"
export { Failed, type Failure, failureOf, type FieldError } from "./failure"
export { type Accepted, type Send, submission } from "./submission"
