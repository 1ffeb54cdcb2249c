/** Counts the members that a JSON object is written with, which `JSON.parse` does not tell: of equal names it keeps the last. */

/** @param text a valid JSON object. */
export function objectKeys(text: string): number {
  let depth = 0;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    else if (character === '"') at = endOfString(text, at);
    else if (character === ":" && depth === 1) count++;
  }
  return count;
}

/** The position of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
}
