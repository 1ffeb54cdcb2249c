/** How wide texts come out, and how they are cut or wrapped to fit: estimates, since the page chooses the font. */

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Longer texts are cut before they are measured: no chart shows more. */
const LONGEST = 400;

/** The width in pixels of one line in a common sans-serif font at `size` pixels, a little generous. */
export function textWidth(text: string, size: number, bold = false): number {
  let ems = 0;
  for (const letter of graphemes(text)) ems += letterWidth(letter);
  return ems * size * (bold ? 1.12 : 1);
}

/** `text` when it fits into `width`, else its beginning and an ellipsis. */
export function fitText(text: string, size: number, width: number, bold = false): string {
  if (text.length <= LONGEST && textWidth(text, size, bold) <= width) return text;
  const room = width - textWidth("…", size, bold);
  let kept = "";
  let used = 0;
  for (const letter of graphemes(text)) {
    used += textWidth(letter, size, bold);
    if (used > room) break;
    kept += letter;
  }
  return `${kept.trimEnd()}…`;
}

/** At most `maxLines` lines broken at spaces; the last is cut when there is more, and so is a word wider than a line. */
export function wrapText(text: string, size: number, width: number, maxLines: number, bold = false): string[] {
  const words = text
    .slice(0, LONGEST)
    .split(/\s+/)
    .filter((word) => word !== "");
  const lines: string[] = [];
  let line = "";
  while (words.length > 0) {
    const longer = line === "" ? words[0]! : `${line} ${words[0]!}`;
    if (line === "" || textWidth(longer, size, bold) <= width) {
      line = longer;
      words.shift();
    } else if (lines.length === maxLines - 1) {
      line = `${line} ${words.join(" ")}`;
      break;
    } else {
      lines.push(line);
      line = "";
    }
  }
  if (line !== "") lines.push(line);
  return lines.map((one) => fitText(one, size, width, bold));
}

function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text.slice(0, LONGEST)), ({ segment }) => segment);
}

/** Widths in ems by kind of letter. */
function letterWidth(letter: string): number {
  const code = letter.codePointAt(0)!;
  if (
    code < 0x20 ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069)
  )
    return 0;
  if (/^[iljI.,:;'|!]/.test(letter)) return 0.3;
  if (/^[ ftr()[\]\-/\u00a0\u202f]/.test(letter)) return 0.38;
  if (/^[mwMW%@]/.test(letter)) return 0.93;
  if (/^[A-Z]/.test(letter)) return 0.69;
  if (code < 0x1100) return 0.615;
  if (code < 0x2e80) return 0.7;
  return 1.05;
}
