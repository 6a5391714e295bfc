/** A sentence of the contract, in which names of the API stand between backticks. */
export function Said({ text }: { readonly text: string }) {
  return text.split("`").map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))
}
