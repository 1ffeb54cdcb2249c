import { fileURLToPath } from "node:url";
import { readRuns, type Run } from "@tarea/runs";
import { expect, test } from "vitest";
import { formatModelResults, modelResults } from "../src/modelResults.js";

const { runs } = await readRuns(fileURLToPath(new URL("../../../test-fixtures/runs", import.meta.url)));

/** The runs with other records. */
function changed(change: (record: Run["record"]) => Partial<Run["record"]>): Run[] {
  return runs.map((run) => ({ ...run, record: { ...run.record, ...change(run.record) } }));
}

test("every experiment has a row with what its final runs measured over seeds", () => {
  const results = modelResults(runs);
  expect(results.map(({ experiment, stage, seeds }) => [experiment, stage, seeds])).toEqual([
    ["e1", "final", [1, 2]],
    ["e2", "final", [1, 2]],
  ]);
  const finals = runs.filter(({ record }) => record.experiment.id === "e1" && record.stage === "final");
  const [a, b] = finals.map(({ record }) => record.finalMetrics["testAccuracy"]!) as [number, number];
  const { accuracy, totalParams, sizeBytes, secondsPerEpoch, synthetic } = results[0]!;
  expect(accuracy!.mean).toBeCloseTo((a + b) / 2, 12);
  expect(accuracy!.spread).toBeCloseTo(Math.abs(a - b) / Math.SQRT2, 12);
  expect([totalParams, sizeBytes, synthetic]).toEqual([finals[0]!.record.model.totalParams, 4 * totalParams!, true]);
  const seconds = finals.map(({ record: { timings } }) => timings.trainSeconds / timings.epochsCompleted);
  expect(secondsPerEpoch!.mean).toBeCloseTo((seconds[0]! + seconds[1]!) / 2, 12);
});

test("the Markdown table follows the records", () => {
  const text = formatModelResults(modelResults(runs));
  expect(text).toMatchInlineSnapshot(`
    "| Experiment | Data | Part | Seeds | Accuracy | Loss | Parameters | Size | Time per epoch |
    | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
    | e1: The provided model | mnist\\* | test | 2 | 0.9512 ± 0.0053 | 0.2105 ± 0.0346 | 12,730 | 50.9 kB | 400 ms |
    | e2: A deeper network | mnist\\* | test | 2 | 0.9738 ± 0.0018 | 0.1440 ± 0.0041 | 131,818 | 527 kB | 400 ms |

    \\* Measured on a synthetic stand-in for the data."
  `);
  const better = changed((record) => ({ finalMetrics: { ...record.finalMetrics, testAccuracy: 0.75 } }));
  expect(formatModelResults(modelResults(better))).toContain("| 0.7500 ± 0.0000 |");
});

test("validation runs stand in where no final run is complete, and what was not measured is left open", () => {
  const unfinished = changed(({ stage }) => ({ ...(stage === "final" && { status: "failed" as const }), finalMetrics: {} }));
  const [row] = modelResults(unfinished);
  expect(row).toMatchObject({ stage: "validation", accuracy: null, loss: null });
  expect(formatModelResults([row!])).toContain("| validation | 2 | – | – |");
  expect(modelResults(changed(() => ({ status: "failed" })))).toEqual([]);
});

test("seeds whose models differ have no common size", () => {
  const grown = changed(({ seed, model }) => ({ model: { ...model, totalParams: model.totalParams + seed } }));
  expect(modelResults(grown)[0]!.totalParams).toBeNull();
  expect(formatModelResults(modelResults(grown))).toContain("| differs |");
});

test("titles are no markup", () => {
  const hostile = changed(({ experiment }) => ({ experiment: { ...experiment, title: "a|b\n<script>" } }));
  expect(formatModelResults(modelResults(hostile))).toContain("| e1: a\\|b \\<script\\> |");
});

test("JSON is the rows themselves, and other formats are refused", () => {
  const results = modelResults(runs);
  expect(JSON.parse(formatModelResults(results, { format: "json" }))).toEqual(results);
  expect(() => formatModelResults(results, { format: "markdwn" as never })).toThrow('Did you mean "markdown"?');
});
