/** Numbers figures and tables in the order of the page and fills in the references to them, forward ones included. */

import { didYouMean, TareaError } from "@tarea/core";
import { stringsFor, type Locale } from "./strings.js";

/** What can be numbered; each kind counts for itself. */
export type NumberedKind = "figure" | "table";

const LABEL = /<span class="label" data-label-of="([^":]+):([^"]+)"><\/span>/g;
const REFERENCE = /<a class="ref" href="#([^"]+)" data-ref><\/a>/g;

/** The id that a figure or table may have: it becomes an anchor. @throws TareaError */
export function checkAnchor(where: string, id: unknown): string {
  if (typeof id === "string" && /^[a-z][a-z0-9-]*$/.test(id)) return id;
  throw new TareaError({
    code: "report",
    where,
    problem: "id must start with a lower-case letter and hold lower-case letters, digits and hyphens only",
    received: JSON.stringify(id) ?? "nothing",
    hint: 'For example id="curves-e1".',
  });
}

/**
 * Writes `Figure 1`, `Table 2`, … into the labels that `<Figure>` and `<Table>` leave empty, and the same words into every `<Ref>`.
 *
 * @throws TareaError when something else has a figure's id, or when a reference names none.
 */
export function numberFigures(html: string, locale: Locale, page: string): string {
  const strings = stringsFor(locale);
  const counters: Record<NumberedKind, number> = { figure: 0, table: 0 };
  const labels = new Map<string, string>();
  const labelled = html.replace(LABEL, (_, kind: NumberedKind, id: string) => {
    if (labels.has(id) || html.split(` id="${id}"`).length > 2) {
      throw new TareaError({
        code: "report",
        where: page,
        problem: `a figure or table has the id ${JSON.stringify(id)}, and so has something else on the page`,
        hint: "Headings take their words as id; give the figure or table another one.",
      });
    }
    counters[kind] += 1;
    const label = `${strings[kind]}\u00a0${counters[kind]}`;
    labels.set(id, label);
    return `<span class="label">${label}</span>`;
  });
  return labelled.replace(REFERENCE, (_, id: string) => {
    const label = labels.get(id);
    if (label !== undefined) return `<a class="ref" href="#${id}">${label}</a>`;
    throw new TareaError({
      code: "report",
      where: page,
      problem: `a reference names ${JSON.stringify(id)}, but no figure or table on the page has that id`,
      expected: labels.size ? `one of ${[...labels.keys()].join(", ")}` : "a figure or table",
      hint: didYouMean(id, [...labels.keys()]),
    });
  });
}
