import "@testing-library/jest-dom/jest-globals"
import { configure } from "@testing-library/dom"

// A busy machine is slow, and no reason to fail.
configure({ asyncUtilTimeout: 10_000 })
