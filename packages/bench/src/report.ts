/** The benchmark's results as a table for people and as JSON for the documentation. */

import type { BenchRow } from "./benchPeers.js";

export interface BenchResult {
  model: string;
  batchSize: number;
  /** Milliseconds per step. */
  oursMs: number;
  /** Milliseconds per step of each peer under each setting. */
  peers: Record<string, number>;
  /** The fastest peer's milliseconds over ours: above 1, ours is faster. */
  ratio: number;
}

export function benchResults(rows: readonly BenchRow[]): BenchResult[] {
  return rows.map(({ model, batchSize, ours, peers }) => ({
    model: model.name,
    batchSize,
    oursMs: ours.msPerStep,
    peers: Object.fromEntries(peers.map(({ name, msPerStep }) => [name, msPerStep])),
    ratio: Math.min(...peers.map(({ msPerStep }) => msPerStep)) / ours.msPerStep,
  }));
}

const HEADINGS = ["model", "batch", "contestant", "ms/step", "samples/s", "ratio", "first epoch, s", "peak memory, MB"];
const TEXT_COLUMNS = [0, 2];

/** One line per contestant, ours first, then the peers from the fastest; `ratio` is their time over ours. */
export function benchTable(rows: readonly BenchRow[]): string {
  const lines = rows.flatMap(({ model, batchSize, ours, peers }) =>
    [ours, ...peers].map((result) => [
      result === ours ? model.name : "",
      result === ours ? String(batchSize) : "",
      result.name,
      result.msPerStep.toFixed(3),
      Math.round((batchSize / result.msPerStep) * 1000).toString(),
      result === ours ? "" : (result.msPerStep / ours.msPerStep).toFixed(2),
      result.warmUpSeconds.toFixed(1),
      Math.round(result.peakBytes / 1e6).toString(),
    ]),
  );
  const table = [HEADINGS, ...lines];
  const widths = HEADINGS.map((_, column) => Math.max(...table.map((cells) => cells[column]!.length)));
  const align = (cell: string, column: number) =>
    TEXT_COLUMNS.includes(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return table.map((cells) => `${cells.map(align).join("  ").trimEnd()}\n`).join("");
}
