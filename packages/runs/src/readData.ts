/** Reads the binary files that a record describes, and refuses them when they are not what it says. */

import { TareaError, messageOf, sha256, sizeOf } from "@tarea/core";
import { bytesToFloats } from "./packFloats.js";
import { SIZE_LIMITS, fault, readLimited } from "./readFiles.js";
import type { Run, SampleSheet } from "./record.js";
import { isProbability } from "./writer.js";

/** A run's predictions as read: probabilities `[samples, classes]` from 0 to 1, labels `[samples]` below `classes`. */
export interface StoredPredictions {
  probabilities: Float32Array;
  labels: Uint8Array;
  samples: number;
  classes: number;
}

/** A gallery as read: what the record says of it, and uint8 pixels `[items.length, height, width, channels]`. */
export type StoredSamples = SampleSheet & { pixels: Uint8Array };

/** The test-set predictions, or null when the run stored none. @throws TareaError when the file is not the one that was written. */
export async function readPredictions(run: Run): Promise<StoredPredictions | null> {
  const info = run.record.predictions;
  if (!info) return null;
  const { file, samples, classes } = info;
  const bytes = await readDescribed(run, file, SIZE_LIMITS.predictions, [samples, 4 * classes + 1]);
  if (sha256(bytes) !== info.sha256)
    throw fault(`${run.folder}/${file}`, `${file} is not the file that the run wrote: its SHA-256 differs`);
  const split = samples * classes * 4;
  const probabilities = bytesToFloats(bytes.subarray(0, split));
  const labels = bytes.slice(split);
  if (!probabilities.every(isProbability)) throw fault(`${run.folder}/${file}`, `${file} holds a number that is no probability`);
  if (labels.some((label) => label >= classes))
    throw fault(`${run.folder}/${file}`, `${file} holds a label outside 0 to ${classes - 1}`);
  return { probabilities, labels, samples, classes };
}

/** The gallery of that kind, or null when the run stored none. @throws TareaError when the file is not what the record says. */
export async function readSamples(run: Run, kind: SampleSheet["kind"]): Promise<StoredSamples | null> {
  const sheet = run.record.samples.find((candidate) => candidate.kind === kind);
  if (!sheet) return null;
  const { file, items, height, width, channels } = sheet;
  const pixels = await readDescribed(run, file, SIZE_LIMITS.samples, [items.length, height, width, channels]);
  return { ...sheet, pixels };
}

async function readDescribed(run: Run, file: string, limit: number, shape: number[]): Promise<Uint8Array> {
  let size: number;
  try {
    size = sizeOf(shape);
  } catch (error) {
    throw new TareaError({
      code: "read",
      where: "readRun",
      problem: `${file}: ${messageOf(error)}`,
      file: `${run.folder}/run.json`,
      cause: error,
    });
  }
  const bytes = await readLimited(run.folder, file, limit, size);
  if (bytes === undefined) throw fault(`${run.folder}/${file}`, `${file} is missing`);
  return bytes;
}
