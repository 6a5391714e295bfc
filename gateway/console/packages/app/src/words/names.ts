const LETTERS = new Set(["id", "mrr", "arr", "vat", "url", "csrf", "totp", "scim", "api", "ip"])

/** A name of the API as people read it: `company_name` is "Company name", `BEST_CASE` "Best case". */
export function words(name: string): string {
  const said = name
    .toLowerCase()
    .split(/[_\-.\s]+/)
    .filter((word) => word !== "")
  return capital(said.map((word) => (LETTERS.has(word) ? word.toUpperCase() : word)).join(" "))
}

/** What a column is called: times and ids without the endings by which the API tells them apart. */
export function columnWords(name: string): string {
  const short = name.replace(/_ids$/, "s").replace(/_(at|on|id)$/, "")
  return words(short === "" ? name : short)
}

/** A value of an enumeration; what is written in another way was chosen by people and stays so. */
export function choiceWords(choice: string): string {
  return /^[A-Z][A-Z0-9_]*$/.test(choice) ? words(choice) : choice
}

/** What one of the things of a list is called: of `deals`, "deal". */
export function singular(name: string): string {
  return words(
    name
      .replace(/ies$/, "y")
      .replace(/(ss|x|ch|sh)es$/, "$1")
      .replace(/([^s])s$/, "$1"),
  ).toLowerCase()
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
