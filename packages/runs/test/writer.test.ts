import { mkdir, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRunWriter, readPredictions, readRun, readSamples, type History, type Run, type RunRecord } from "../src/index.js";
import { emptyFolder, exampleRecord } from "./exampleRun.js";

let root: string;
beforeEach(async () => {
  root = await emptyFolder();
});
afterEach(() => rm(root, { recursive: true }));

const HISTORY: History = { epoch: [0, 1], loss: [0.5, 0.2], valLoss: [null, 0.3] };

test("what is written is what is read: record, history, predictions and samples", async () => {
  const record = exampleRecord({ status: "running" });
  const writer = await createRunWriter({ folder: root, record });
  await writer.writeHistory(HISTORY);
  const predictions = { probabilities: Float32Array.of(0.1, 0.9, 0.75, 0.25), labels: Uint8Array.of(1, 1), classes: 2 };
  await writer.writePredictions(predictions);
  const pixels = Uint8Array.of(1, 2, 3, 4);
  const items = [{ index: 1, label: 1, prediction: 0, confidence: 0.75 }];
  await writer.writeSamples("misclassified", { height: 2, width: 2, channels: 1, items, pixels });
  await writer.update({ status: "complete" });

  expect(writer.folder).toBe(join(root, "e1", "final-s1-3f9a1c"));
  const run = await readRun(writer.folder);
  const { predictions: described, samples, ...rest } = run.record;
  expect({ ...rest, predictions: null, samples: [] }).toEqual({ ...record, status: "complete" });
  expect(run.history).toEqual(HISTORY);
  expect(described).toMatchObject({ file: "predictions.bin", samples: 2, classes: 2 });
  expect(samples).toHaveLength(1);
  expect(await readPredictions(run)).toEqual({ ...predictions, samples: 2 });
  expect(await readSamples(run, "misclassified")).toEqual({ ...samples[0], pixels });
  expect(await readSamples(run, "topLosses")).toBeNull();
});

test("a run without predictions has none to read", async () => {
  const { folder } = await createRunWriter({ folder: root, record: exampleRecord({ status: "running" }) });
  const run = await readRun(folder);
  expect(await readPredictions(run)).toBeNull();
  expect(run.history).toEqual({ epoch: [] });
});

test("predictions.bin holds little-endian float32 probabilities and then the labels", async () => {
  const writer = await createRunWriter({ folder: root, record: exampleRecord() });
  await writer.writePredictions({ probabilities: Float32Array.of(1, 0.5), labels: Uint8Array.of(0), classes: 2 });
  expect([...(await readFile(join(writer.folder, "predictions.bin")))]).toEqual([0, 0, 128, 63, 0, 0, 0, 63, 0]);
});

test("writing predictions or samples again replaces them", async () => {
  const writer = await createRunWriter({ folder: root, record: exampleRecord() });
  await writer.writeHistory(HISTORY);
  const images = { height: 1, width: 1, channels: 1, items: [{ index: 0, label: 0, prediction: 1, confidence: 1 }] };
  for (const value of [0, 1]) {
    await writer.writePredictions({ probabilities: Float32Array.of(value), labels: Uint8Array.of(0), classes: 1 });
    await writer.writeSamples("topLosses", { ...images, pixels: Uint8Array.of(value) });
  }
  const run = await readRun(writer.folder);
  expect((await readPredictions(run))?.probabilities).toEqual(Float32Array.of(1));
  expect((await readSamples(run, "topLosses"))?.pixels).toEqual(Uint8Array.of(1));
  expect(run.record.samples).toHaveLength(1);
});

test("a gallery may be empty, when there was nothing to show", async () => {
  const writer = await createRunWriter({ folder: root, record: exampleRecord({ status: "running" }) });
  await writer.writeSamples("misclassified", { height: 28, width: 28, channels: 1, items: [], pixels: new Uint8Array() });
  expect(await readSamples(await readRun(writer.folder), "misclassified")).toMatchObject({ items: [], pixels: new Uint8Array() });
});

test("calls that are not awaited are carried out in order", async () => {
  const writer = await createRunWriter({ folder: root, record: exampleRecord() });
  await Promise.all([
    writer.writeHistory(HISTORY),
    writer.update({ warnings: ["first"] }),
    writer.update({ warnings: ["second"] }),
    writer.update({ status: "interrupted" }),
  ]);
  const { record } = await readRun(writer.folder);
  expect([record.warnings, record.status]).toEqual([["second"], "interrupted"]);
});

test("a refused update writes nothing and leaves the writer usable", async () => {
  const writer = await createRunWriter({ folder: root, record: exampleRecord() });
  await writer.writeHistory(HISTORY);
  await expect(writer.update({ finalMetrics: { loss: Number.NaN } })).rejects.toThrow(
    "value.finalMetrics.loss is a number JSON cannot hold",
  );
  await expect(writer.update({ status: "done" as RunRecord["status"] })).rejects.toThrow(
    'status must be equal to one of the allowed values, got "done"',
  );
  await expect(writer.update({ id: "other" })).rejects.toThrow("a run keeps its id and its experiment");
  await writer.update({ warnings: ["still here"] });
  expect((await readRun(writer.folder)).record).toEqual(exampleRecord({ warnings: ["still here"] }));
});

test("a later change of the caller's record does not reach the file", async () => {
  const record = exampleRecord();
  const writer = await createRunWriter({ folder: root, record });
  await writer.writeHistory(HISTORY);
  record.warnings.push("changed outside");
  await writer.update({ status: "complete" });
  expect((await readRun(writer.folder)).record.warnings).toEqual([]);
});

test("NaN and infinities in a history are stored as null", async () => {
  const writer = await createRunWriter({ folder: root, record: exampleRecord() });
  await writer.writeHistory({ epoch: [0, 1, 2], loss: [1, Number.NaN, Infinity] });
  expect((await readRun(writer.folder)).history).toEqual({ epoch: [0, 1, 2], loss: [1, null, null] });
});

test("a history with columns of unequal length is refused", async () => {
  const writer = await createRunWriter({ folder: root, record: exampleRecord() });
  await expect(writer.writeHistory({ epoch: [0, 1], loss: [1] })).rejects.toThrow(
    'column "loss" must be as long as "epoch", expected 2 values, got 1',
  );
});

test("a key that the reader would refuse is not written", async () => {
  const writer = await createRunWriter({ folder: root, record: exampleRecord() });
  const polluted = JSON.parse('{"__proto__": [1], "epoch": [0]}') as History;
  await expect(writer.update({ config: polluted })).rejects.toThrow('this cannot be stored: "__proto__" is not allowed as a key');
  await expect(writer.writeHistory(polluted)).rejects.toThrow('this cannot be stored: "__proto__" is not allowed as a key');
  expect(await readdir(writer.folder)).toEqual(["run.json"]);
});

test("a run that goes on keeps its other files", async () => {
  const first = await createRunWriter({ folder: root, record: exampleRecord({ status: "running" }) });
  await first.writeHistory(HISTORY);
  await first.writeFile("checkpoint/weights.bin", Uint8Array.of(7));
  const { record } = await readRun(first.folder);
  const second = await createRunWriter({ folder: root, record: { ...record, status: "complete" } });
  expect((await readRun(second.folder)).history).toEqual(HISTORY);
  expect([...(await readFile(join(second.folder, "checkpoint", "weights.bin")))]).toEqual([7]);
  await second.remove("checkpoint");
  await second.remove("checkpoint");
  expect((await readdir(second.folder)).toSorted()).toEqual(["history.json", "run.json"]);
});

test.each(["../x", "/etc/x", "a/../../x", "", ".", "a//b", "C:/x", "a\\..\\x", "a\0b", "./x"])(
  "no file is written or removed at %j",
  async (path) => {
    const writer = await createRunWriter({ folder: root, record: exampleRecord() });
    await expect(writer.writeFile(path, "x")).rejects.toThrow("the path must stay inside the run's folder");
    await expect(writer.remove(path)).rejects.toThrow("the path must stay inside the run's folder");
  },
);

test.each(["run.json", "RUN.json", "history.json", "predictions.bin", "samples/x.bin", "samples"])(
  "%s is not written by hand",
  async (path) => {
    const writer = await createRunWriter({ folder: root, record: exampleRecord() });
    await expect(writer.writeFile(path, "x")).rejects.toThrow("is described by the record");
    await expect(writer.remove(path)).rejects.toThrow("is described by the record");
  },
);

test("no file is written through a link that leads outside", async () => {
  const writer = await createRunWriter({ folder: root, record: exampleRecord() });
  const elsewhere = join(root, "elsewhere");
  await mkdir(elsewhere);
  await symlink(elsewhere, join(writer.folder, "model"));
  await symlink(join(root, "nothing"), join(writer.folder, "checkpoint"));
  await symlink(elsewhere, join(writer.folder, "samples"));
  await expect(writer.writeFile("model/model.json", "{}")).rejects.toThrow("the path must stay inside the run's folder");
  await expect(writer.writeFile("checkpoint/state.json", "{}")).rejects.toThrow("the path must stay inside the run's folder");
  const sheet = { height: 1, width: 1, channels: 1, items: [], pixels: new Uint8Array() };
  await expect(writer.writeSamples("topLosses", sheet)).rejects.toThrow("the path must stay inside the run's folder");
  expect(await readdir(elsewhere)).toEqual([]);
});

test.each(["..", "", "a/b", ".hidden", "a b", "x".repeat(101), "dot."])(
  "the id %j is refused, because it is no folder name everywhere",
  async (id) => {
    await expect(createRunWriter({ folder: root, record: exampleRecord({ id }) })).rejects.toThrow(
      "id must be usable as a folder's name",
    );
    const experiment = { id, title: "x" };
    await expect(createRunWriter({ folder: root, record: exampleRecord({ experiment }) })).rejects.toThrow(
      "experiment.id must be usable",
    );
    expect(await readdir(root)).toEqual([]);
  },
);

test.each([
  [
    "a missing row",
    { probabilities: new Float32Array(3), labels: new Uint8Array(2), classes: 2 },
    "probabilities must be [samples, classes]",
  ],
  ["no samples", { probabilities: new Float32Array(0), labels: new Uint8Array(0), classes: 2 }, "at least one sample"],
  [
    "a label beyond the classes",
    { probabilities: new Float32Array(2), labels: Uint8Array.of(2), classes: 2 },
    "label 2 of sample 0 is outside 0 to 1",
  ],
  [
    "NaN",
    { probabilities: Float32Array.of(0, Number.NaN), labels: Uint8Array.of(0), classes: 2 },
    "sample 0 has no probability between 0 and 1, got NaN",
  ],
])("predictions with %s are refused", async (_, predictions, message) => {
  const writer = await createRunWriter({ folder: root, record: exampleRecord() });
  await expect(writer.writePredictions(predictions)).rejects.toThrow(message);
});

test("pixels that are not one image for each item are refused", async () => {
  const writer = await createRunWriter({ folder: root, record: exampleRecord() });
  const sheet = { height: 2, width: 2, channels: 1, items: [], pixels: new Uint8Array(4) };
  await expect(writer.writeSamples("topLosses", sheet)).rejects.toThrow(
    "pixels must hold one image for each item, expected 0 x 2 x 2 x 1 bytes, got 4",
  );
});

test("a folder that cannot be made is named", async () => {
  await writeFile(join(root, "e1"), "a file");
  await expect(createRunWriter({ folder: root, record: exampleRecord() })).rejects.toMatchObject({ code: "write" });
});

test("nothing unfinished is left beside the files", async () => {
  const writer = await createRunWriter({ folder: root, record: exampleRecord() });
  for (let i = 0; i < 5; i++) await writer.writeHistory({ epoch: [i] });
  expect((await readdir(writer.folder)).toSorted()).toEqual(["history.json", "run.json"]);
  expect((await stat(join(writer.folder, "run.json"))).isFile()).toBe(true);
});

test("the type of a run is what the reader returns", async () => {
  const { folder } = await createRunWriter({ folder: root, record: exampleRecord({ status: "failed" }) });
  const run: Run = await readRun(folder);
  expect(run.folder).toBe(folder);
});
