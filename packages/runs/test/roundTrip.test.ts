import { rm } from "node:fs/promises";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRunWriter, readPredictions, readRun, readSamples, type RunRecord } from "../src/index.js";
import { emptyFolder, exampleRecord } from "./exampleRun.js";

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0); // JSON has no -0
const name = fc.string({ unit: "binary" }).filter((text) => text !== "__proto__");
const json = fc
  .jsonValue({ noUnicodeString: false })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll("__proto__", "proto")) as unknown);

const record: fc.Arbitrary<RunRecord> = fc
  .record({
    status: fc.constantFrom("running", "complete", "interrupted", "failed"),
    stage: fc.constantFrom("validation", "final"),
    seed: fc.maxSafeNat(),
    config: fc.dictionary(name, json, { noNullPrototype: true }),
    finalMetrics: fc.dictionary(name, number, { noNullPrototype: true }),
    warnings: fc.array(fc.string({ unit: "binary" })),
    failure: fc.option(fc.record({ message: fc.string({ unit: "binary" }), epoch: fc.option(number), step: fc.option(number) })),
  } satisfies Record<string, fc.Arbitrary<unknown>>)
  .map((changes) => exampleRecord(changes as Partial<RunRecord>));

const history = fc.nat(5).chain((epochs) => {
  const column = fc.array(fc.option(number), { minLength: epochs, maxLength: epochs });
  const columns = fc.dictionary(
    name.filter((text) => text !== "epoch"),
    column,
    { noNullPrototype: true, maxKeys: 4 },
  );
  return columns.map((others) => ({ epoch: Array.from({ length: epochs }, (_, i) => i), ...others }));
});

const predictions = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 })).chain(([classes, samples]) =>
  fc.record({
    classes: fc.constant(classes),
    labels: fc.uint8Array({ minLength: samples, maxLength: samples, max: classes - 1 }),
    probabilities: fc.float32Array({ minLength: samples * classes, maxLength: samples * classes, min: 0, max: 1, noNaN: true }),
  }),
);

test("any valid run is read as it was written", async () => {
  const root = await emptyFolder();
  await fc.assert(
    fc.asyncProperty(
      record,
      history,
      predictions,
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      async (start, columns, outputs, pixels) => {
        const writer = await createRunWriter({ folder: root, record: start });
        await writer.writeHistory(columns);
        await writer.writePredictions(outputs);
        const items = [{ index: 0, label: 0, prediction: 1, confidence: 0.5 }];
        await writer.writeSamples("topLosses", { height: 2, width: 1, channels: 2, items, pixels });

        const run = await readRun(writer.folder);
        expect({ ...run.record, predictions: null, samples: [] }).toEqual(start);
        expect(run.history).toEqual(columns);
        expect(await readPredictions(run)).toEqual({ ...outputs, samples: outputs.labels.length });
        expect((await readSamples(run, "topLosses"))?.pixels).toEqual(pixels);
      },
    ),
    { seed: 20260102, numRuns: 60 },
  );
  await rm(root, { recursive: true });
});
