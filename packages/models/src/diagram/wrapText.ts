/** Lines of text that fit a width, from estimated letter widths: an SVG string is written where no font can be measured. */

/** The estimated width of `text` in pixels, a little above that of common sans-serif fonts. */
function textWidth(text: string, size: number): number {
  let ems = 0;
  for (const character of text) ems += emsOf(character);
  return ems * size;
}

/** Breaks `text` at spaces, and within words that are wider than a line, so that nothing is cut off. */
export function wrapText(text: string, size: number, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((part) => breakWord(part, size, width))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || textWidth(longer, size) <= width) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function breakWord(word: string, size: number, width: number): string[] {
  const parts: string[] = [""];
  for (const character of word) {
    const last = parts.at(-1)!;
    if (last !== "" && textWidth(last + character, size) > width) parts.push(character);
    else parts[parts.length - 1] = last + character;
  }
  return parts;
}

function emsOf(character: string): number {
  if (/[iljtf.,:;'|()[\] \u00A0·]/.test(character)) return 0.34;
  if (/[A-ZmwMW@%&_]/.test(character)) return 0.74;
  return character.codePointAt(0)! < 0x1100 ? 0.58 : 1.05;
}
