import { Component, type ReactNode } from "react"
import { Notice } from "./Notice"

interface Props {
  readonly children: ReactNode
}

/** Keeps a page that fails from taking the whole console with it. React takes nothing but a class for this. */
export class Boundary extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <Notice tone="error">
        <span>This page cannot be shown. Go elsewhere, or load it anew.</span>
        <button type="button" className="button" onClick={() => window.location.reload()}>
          Load anew
        </button>
      </Notice>
    )
  }
}
