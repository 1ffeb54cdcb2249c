/** Sets our loaders against those of Keras and torchvision: each load in a process of its own, in turns. */

export interface LoaderAnswer {
  seconds: number;
  /** How far the process grew while it loaded. */
  peakBytes: number;
  /** Of what was loaded. */
  bytes: number;
  samples: number;
}

export type Loader = "tarea" | "keras" | "keras-text" | "torchvision";

/** What ours must keep: seconds as below, memory at most twice the bytes of what is loaded. */
export const LOADER_TARGETS = { mnist: 0.4, "fashion-mnist": 0.4, cifar10: 1, cifar100: 1, imdb: 6 } as const;
export type LoaderSet = keyof typeof LOADER_TARGETS;

export const LOADER_SETS = Object.keys(LOADER_TARGETS) as LoaderSet[];

/** Which loaders know a set: torchvision has no reviews, and only Keras has another way to them. */
function loadersOf(set: LoaderSet): readonly Loader[] {
  return set === "imdb" ? ["tarea", "keras", "keras-text"] : ["tarea", "keras", "torchvision"];
}

export interface LoaderRow {
  set: LoaderSet;
  loader: Loader;
  /** The best round. */
  seconds: number;
  /** The most of all rounds. */
  peakBytes: number;
  bytes: number;
}

export interface BenchLoadersOptions {
  sets: readonly LoaderSet[];
  rounds: number;
  /** Whether the peers take part. */
  peers: boolean;
  run: (loader: Loader, set: LoaderSet) => Promise<LoaderAnswer>;
}

/** Ours first, then the peers, for one set after the other. */
export async function* benchLoaders({ sets, rounds, peers, run }: BenchLoadersOptions): AsyncGenerator<LoaderRow> {
  for (const set of sets) {
    const answers = new Map<Loader, LoaderAnswer[]>();
    const loaders = peers ? loadersOf(set) : (["tarea"] as const);
    for (let round = 0; round < rounds; round++) {
      for (const loader of loaders) answers.set(loader, [...(answers.get(loader) ?? []), await run(loader, set)]);
    }
    for (const [loader, all] of answers) {
      const seconds = Math.min(...all.map((answer) => answer.seconds));
      const peakBytes = Math.max(...all.map((answer) => answer.peakBytes));
      yield { set, loader, seconds, peakBytes, bytes: all[0]!.bytes };
    }
  }
}

const HEADINGS = ["set", "loader", "seconds", "target", "peak, MB", "loaded, MB", "peak / loaded"];

export function loaderTable(rows: readonly LoaderRow[]): string {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  const lines = rows.map(({ set, loader, seconds, peakBytes, bytes }) => [
    loader === "tarea" ? set : "",
    loader,
    seconds.toFixed(3),
    loader === "tarea" ? String(LOADER_TARGETS[set]) : "",
    megabytes(peakBytes),
    megabytes(bytes),
    (peakBytes / bytes).toFixed(2),
  ]);
  const table = [HEADINGS, ...lines];
  const widths = HEADINGS.map((_, column) => Math.max(...table.map((cells) => cells[column]!.length)));
  const align = (cell: string, column: number): string =>
    column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return table.map((cells) => `${cells.map(align).join("  ").trimEnd()}\n`).join("");
}
