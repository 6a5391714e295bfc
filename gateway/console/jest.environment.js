import { TestEnvironment } from "jest-environment-jsdom"

// What browsers have and jsdom has not: the tests answer with real Response objects.
const MISSING = { Response, Headers, Request, TextEncoder, TextDecoder, ReadableStream, structuredClone }

export default class BrowserLike extends TestEnvironment {
  async setup() {
    await super.setup()
    Object.assign(this.global, MISSING)
  }
}
