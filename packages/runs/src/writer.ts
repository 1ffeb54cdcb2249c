/** Writes one run folder. Every file is replaced whole, so a killed process leaves a folder that can still be read. */

import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { TareaError, canonicalJson, messageOf, sha256, show } from "@tarea/core";
import { writeError, writeFileAtomic } from "@tarea/files";
import { floatsToBytes } from "./packFloats.js";
import { parseJson } from "./parseJson.js";
import type { History, PredictionsInfo, RunRecord, SampleSheet } from "./record.js";
import { HISTORY_FILE, PREDICTIONS_FILE, RECORD_FILE, SAMPLES_FOLDER, checkId, pathInside } from "./runPaths.js";
import { checkHistory, checkRecord } from "./validate.js";

/** Options of `createRunWriter`. */
export interface RunWriterOptions {
  /** The folder of all runs, for example `runs`; the run's own folder `<experiment>/<id>` is made below it. */
  folder: string;
  /** The record to begin with; it is written at once. */
  record: RunRecord;
}

/** Test-set predictions: row-major `probabilities` `[samples, classes]` and `labels` `[samples]`, both copied to disk. */
export interface Predictions {
  probabilities: Float32Array;
  labels: Uint8Array;
  classes: number;
}

/** A gallery's images: what the record says of them, and uint8 pixels `[items.length, height, width, channels]`. */
export type SampleImages = Omit<SampleSheet, "kind" | "file"> & { pixels: Uint8Array };

/** Calls are carried out one after the other, in the order they were made, awaited or not. */
export interface RunWriter {
  /** Absolute path of the run's folder. */
  readonly folder: string;
  /** Replaces whole members of the record. @throws TareaError when the result is not a valid record, and writes nothing. */
  update(patch: Partial<RunRecord>): Promise<void>;
  /** Replaces the history. NaN and infinities are stored as null, because JSON has none. */
  writeHistory(history: History): Promise<void>;
  /** Writes `predictions.bin` and describes it in the record. */
  writePredictions(predictions: Predictions): Promise<void>;
  /** Writes the sheet of that kind, in place of an earlier one, and describes it in the record. */
  writeSamples(kind: SampleSheet["kind"], sheet: SampleImages): Promise<void>;
  /** Writes a file the record does not describe, such as `model/model.json` or `checkpoint/state.json`. */
  writeFile(relativePath: string, bytes: Uint8Array | string): Promise<void>;
  /** Removes such a file, or a folder with all it holds; one that is not there is no error. */
  remove(relativePath: string): Promise<void>;
}

/**
 * Starts a run's folder, or goes on with the one that is there: its other files stay.
 *
 * @throws TareaError when the record is not valid, its ids are no folder names, or the folder cannot be written.
 * @example
 * const writer = await createRunWriter({ folder: "runs", record });
 * await writer.writeHistory({ epoch: [0], loss: [0.41] });
 * await writer.update({ status: "complete" });
 */
export async function createRunWriter({ folder, record }: RunWriterOptions): Promise<RunWriter> {
  const experiment = checkId("createRunWriter", "experiment.id", record.experiment.id);
  const id = checkId("createRunWriter", "id", record.id);
  const writer = new FolderWriter(resolve(folder, experiment, id), record);
  await writer.update({});
  return writer;
}

class FolderWriter implements RunWriter {
  readonly folder: string;
  #record: RunRecord;
  #last: Promise<void> = Promise.resolve();

  constructor(folder: string, record: RunRecord) {
    this.folder = folder;
    this.#record = record;
  }

  async update(patch: Partial<RunRecord>): Promise<void> {
    checkStorable(patch);
    const snapshot = structuredClone(patch);
    return this.#inTurn(() => this.#saveRecord(snapshot));
  }

  async writeHistory(history: History): Promise<void> {
    const text = historyText(history);
    return this.#inTurn(() => writeFileAtomic(join(this.folder, HISTORY_FILE), text));
  }

  async writePredictions(predictions: Predictions): Promise<void> {
    const { bytes, info } = packPredictions(predictions);
    return this.#inTurn(async () => {
      if (this.#record.predictions) await this.#saveRecord({ predictions: null });
      await writeFileAtomic(await pathInside("RunWriter.writePredictions", this.folder, info.file), bytes);
      await this.#saveRecord({ predictions: info });
    });
  }

  async writeSamples(kind: SampleSheet["kind"], { pixels, ...sheet }: SampleImages): Promise<void> {
    checkPixels(pixels, sheet);
    const bytes = Uint8Array.from(pixels);
    const entry: SampleSheet = { kind, file: `${SAMPLES_FOLDER}/${kind}.bin`, ...structuredClone(sheet) };
    return this.#inTurn(async () => {
      const others = this.#record.samples.filter((other) => other.kind !== kind);
      if (others.length < this.#record.samples.length) await this.#saveRecord({ samples: others });
      await writeFileAtomic(await pathInside("RunWriter.writeSamples", this.folder, entry.file), bytes);
      await this.#saveRecord({ samples: [...others, entry] });
    });
  }

  async writeFile(relativePath: string, bytes: Uint8Array | string): Promise<void> {
    const content = typeof bytes === "string" ? bytes : Uint8Array.from(bytes);
    return this.#inTurn(async () => writeFileAtomic(await this.#ownPath("RunWriter.writeFile", relativePath), content));
  }

  remove(relativePath: string): Promise<void> {
    return this.#inTurn(async () => {
      const path = await this.#ownPath("RunWriter.remove", relativePath);
      await rm(path, { recursive: true, force: true }).catch((error: unknown) => {
        throw writeError(path, error);
      });
    });
  }

  async #saveRecord(patch: Partial<RunRecord>): Promise<void> {
    const next = { ...this.#record, ...patch };
    checkSameRun(this.#record, next);
    const text = recordText(next);
    await writeFileAtomic(join(this.folder, RECORD_FILE), text);
    this.#record = JSON.parse(text) as RunRecord;
  }

  async #ownPath(where: string, relativePath: string): Promise<string> {
    const [first = ""] = relativePath.split("/");
    if ([RECORD_FILE, HISTORY_FILE, PREDICTIONS_FILE, SAMPLES_FOLDER].includes(first.toLowerCase())) {
      throw new TareaError({
        code: "path",
        where,
        problem: `${show(relativePath)} is described by the record`,
        hint: "Use update, writeHistory, writePredictions or writeSamples.",
        file: this.folder,
      });
    }
    return pathInside(where, this.folder, relativePath);
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    const done = this.#last.then(task);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function recordText(record: RunRecord): string {
  checkStorable(record);
  const text = `${JSON.stringify(record, null, 2)}\n`;
  checkRecord("RunWriter.update", parseOwn("RunWriter.update", text));
  return text;
}

function checkStorable(record: Partial<RunRecord>): void {
  try {
    canonicalJson(record);
  } catch (error) {
    throw notStorable("RunWriter.update", error);
  }
}

/** One column a line, so that a history can be read and compared line by line. */
function historyText(history: History): string {
  const columns = Object.entries(history).map(
    ([name, values]) => `  ${JSON.stringify(name)}: ${JSON.stringify(Array.from(values, finiteOrNull))}`,
  );
  const text = `{\n${columns.join(",\n")}\n}\n`;
  checkHistory("RunWriter.writeHistory", parseOwn("RunWriter.writeHistory", text));
  return text;
}

/** What a reader will make of the text. */
function parseOwn(where: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw notStorable(where, error);
  }
}

function notStorable(where: string, error: unknown): TareaError {
  return new TareaError({
    code: "record",
    where,
    problem: `this cannot be stored: ${messageOf(error).replace(/\.$/, "")}`,
    hint: "Leave out what is not a finite number, text, true, false, null, a list or a plain object.",
    cause: error,
  });
}

function finiteOrNull(value: number | null): number | null {
  return typeof value === "number" && !Number.isFinite(value) ? null : value;
}

function packPredictions({ probabilities, labels, classes }: Predictions): { bytes: Uint8Array; info: PredictionsInfo } {
  const samples = labels.length;
  if (
    !(Number.isInteger(classes) && classes >= 1 && classes <= 256) ||
    probabilities.length !== samples * classes ||
    samples === 0
  ) {
    throw predictionsError("probabilities must be [samples, classes], with 1 to 256 classes and at least one sample", {
      received: `${probabilities.length} probabilities, ${samples} labels, ${classes} classes`,
    });
  }
  const badLabel = labels.findIndex((label) => label >= classes);
  if (badLabel >= 0) throw predictionsError(`label ${labels[badLabel]} of sample ${badLabel} is outside 0 to ${classes - 1}`);
  const bad = probabilities.findIndex((p) => !isProbability(p));
  if (bad >= 0)
    throw predictionsError(`sample ${Math.floor(bad / classes)} has no probability between 0 and 1`, {
      received: show(probabilities[bad]),
    });
  const bytes = new Uint8Array(probabilities.length * 4 + samples);
  bytes.set(floatsToBytes(probabilities));
  bytes.set(labels, probabilities.length * 4);
  return { bytes, info: { file: PREDICTIONS_FILE, samples, classes, sha256: sha256(bytes) } };
}

/** float32 sums can pass 1 by rounding, so a little room is left. */
export function isProbability(value: number): boolean {
  return value >= 0 && value <= 1.0001;
}

function predictionsError(problem: string, more: { received?: string } = {}): TareaError {
  return new TareaError({ code: "predictions", where: "RunWriter.writePredictions", problem, ...more });
}

function checkPixels(pixels: Uint8Array, { height, width, channels, items }: Omit<SampleImages, "pixels">): void {
  if (pixels.length === items.length * height * width * channels) return;
  throw new TareaError({
    code: "samples",
    where: "RunWriter.writeSamples",
    problem: "pixels must hold one image for each item",
    expected: `${items.length} x ${height} x ${width} x ${channels} bytes`,
    received: String(pixels.length),
  });
}

function checkSameRun(before: RunRecord, after: RunRecord): void {
  if (after.id === before.id && after.experiment.id === before.experiment.id) return;
  throw new TareaError({
    code: "record",
    where: "RunWriter.update",
    problem: "a run keeps its id and its experiment",
    expected: `${before.experiment.id}/${before.id}`,
    received: `${after.experiment.id}/${after.id}`,
  });
}
