export type Line = Readonly<Record<string, string>>

/** The lines of a CSV file by the names that its first one has; of two columns of the same name the first counts. What
 * comes after the last end of a line, where a file was cut off, is left out. */
export function linesOf(text: string): readonly Line[] {
  const [head = [], ...rows] = rowsOf(text)
  return rows.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at] ?? ""] as const).reverse()))
}

function rowsOf(text: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  let cells: string[] = []
  let cell = ""
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at)
    if (quoted && sign === '"' && text.charAt(at + 1) === '"') {
      cell += sign
      at++
    } else if (sign === '"') quoted = !quoted
    else if (quoted) cell += sign
    else if (sign === ",") {
      cells.push(cell)
      cell = ""
    } else if (sign === "\n") {
      rows.push([...cells, cell])
      cells = []
      cell = ""
    } else if (sign !== "\r") cell += sign
  }
  return rows
}
