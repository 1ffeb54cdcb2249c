/** Which runs a page shows: the components mark what they draw from, and the layout reads the marks back. */

const MARK = /\sdata-runs="([^"]*)"/g;

/** Names a run on a page and in the content store: `e2/final-s1-3f9a1c`. */
export function runKey(run: { record: { id: string; experiment: { id: string } } }): string {
  return `${run.record.experiment.id}/${run.record.id}`;
}

/** The value of a `data-runs` mark. */
export function markRuns(runs: readonly { record: { id: string; experiment: { id: string } } }[]): string {
  return runs.map(runKey).join(" ");
}

/** The keys of all runs that a rendered page is drawn from, each once, in order of appearance. */
export function runsShownIn(html: string): string[] {
  const keys = new Set<string>();
  for (const [, marked] of html.matchAll(MARK)) {
    for (const key of marked!.split(" ")) if (key !== "") keys.add(key);
  }
  return [...keys];
}
