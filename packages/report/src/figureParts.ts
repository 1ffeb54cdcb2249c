/** Sorts what is inside a figure or table: what it shows, its notes, and the numbers behind it. */

const NOTE = /<p class="note">([\s\S]*?)<\/p>/g;
const DATA = /<details class="data">[\s\S]*?<\/details>/g;

export interface FigureParts {
  body: string;
  /** Inner HTML of the notes, joined. */
  note: string;
  data: string;
}

/** Components write the parts in any order; a figure shows them in the order that one reads. */
export function figureParts(html: string): FigureParts {
  const notes = [...html.matchAll(NOTE)].map(([, note]) => note!.trim());
  const data = [...html.matchAll(DATA)].map(([whole]) => whole);
  return { body: html.replace(NOTE, "").replace(DATA, "").trim(), note: notes.join(" "), data: data.join("") };
}
