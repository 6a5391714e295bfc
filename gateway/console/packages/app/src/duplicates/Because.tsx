import { words } from "../words/names"
import type { Likeness } from "./reading"

/** Why two may be one. */
export function Because({ likeness }: { readonly likeness: Likeness }) {
  const because = likeness.because.map((reason) => withinSentence(words(reason))).join(", ")
  return (
    <span className="hint">
      {Math.floor(likeness.score * 100)} % likely, by {because}
    </span>
  )
}

/** Without its capital, unless it is spelt in capitals. */
function withinSentence(text: string): string {
  return text.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())
}
