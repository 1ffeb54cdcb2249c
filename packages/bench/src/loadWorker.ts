/** A process that loads one set as its user would: the name as argument, the answer as a line on standard output. */

import { readFileSync, writeFileSync } from "node:fs";
import { loadDataset, type DatasetName } from "@tarea/datasets";
import type { LoaderAnswer } from "./benchLoaders.js";

const name = process.argv[2] as DatasetName;
writeFileSync("/proc/self/clear_refs", "5"); // forgets the peak so far
const before = memoryBytes("VmRSS");
const start = performance.now();
const { train, test } = await loadDataset(name, { source: "files", offline: true });
const seconds = (performance.now() - start) / 1000;
const peakBytes = memoryBytes("VmHWM") - before;
const arrays = [train, test].flatMap(({ inputs, labels }) => [inputs.data.byteLength, labels.data.byteLength]);
const texts = [train, test].flatMap((part) => (part.texts ?? []).map((text) => Buffer.byteLength(text)));
const bytes = [...arrays, ...texts].reduce((sum, size) => sum + size, 0);
const answer: LoaderAnswer = { seconds, peakBytes, bytes, samples: train.labels.data.length + test.labels.data.length };
process.stdout.write(`${JSON.stringify(answer)}\n`);

/** `VmRSS` is what the process holds now, `VmHWM` the most since the last reset. */
function memoryBytes(field: string): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync("/proc/self/status", "utf8"));
  return Number(line![1]) * 1024;
}
