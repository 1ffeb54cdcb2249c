import { cp, mkdir, readFile, readdir, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  SIZE_LIMITS,
  createRunWriter,
  readPredictions,
  readRun,
  readRuns,
  readSamples,
  type Run,
  type RunRecord,
} from "../src/index.js";
import { emptyFolder, exampleRecord, writeExample } from "./exampleRun.js";

const FIXTURES = fileURLToPath(new URL("../../../test-fixtures/runs", import.meta.url));

let root: string;
let folder: string;
beforeEach(async () => {
  root = await emptyFolder();
  folder = await writeExample(root);
});
afterEach(() => rm(root, { recursive: true }));

/** Writes over a file of the example and returns its path. */
async function damage(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** Changes the example's record behind the writer's back. */
async function tamper(change: (record: RunRecord) => void): Promise<string> {
  const record = JSON.parse(await readFile(join(folder, "run.json"), "utf8")) as RunRecord;
  change(record);
  return damage("run.json", JSON.stringify(record));
}

describe("the fixtures that other packages read", () => {
  test("are eight valid runs of two experiments, marked synthetic", async () => {
    const { runs, faults } = await readRuns(FIXTURES);
    expect(faults).toEqual([]);
    const names = runs.map(({ record }) => [record.experiment.id, record.stage, record.seed].join(" "));
    expect(names).toEqual(
      ["e1", "e2"].flatMap((id) => ["validation 1", "final 1", "validation 2", "final 2"].map((rest) => `${id} ${rest}`)),
    );
    expect(runs.every(({ record, history }) => record.data.synthetic && history.epoch.length === 20)).toBe(true);
  });

  test("hold predictions whose accuracy is the recorded one, and nine images that were misclassified", async () => {
    const { runs } = await readRuns(FIXTURES);
    for (const run of runs.filter(({ record }) => record.stage === "final")) {
      const { probabilities, labels, samples, classes } = (await readPredictions(run))!;
      const best = [...labels.keys()].map((row) => {
        const values = [...probabilities.subarray(row * classes, (row + 1) * classes)];
        return values.indexOf(Math.max(...values));
      });
      expect(best.filter((prediction, row) => prediction === labels[row]).length / samples).toBe(
        run.record.finalMetrics["testAccuracy"],
      );
      const sheet = (await readSamples(run, "misclassified"))!;
      expect(
        sheet.items.map(({ index, label, prediction }) => [label, prediction, label !== prediction && index < samples]),
      ).toEqual(sheet.items.map(({ index }) => [labels[index], best[index], true]));
      expect([sheet.items.length, sheet.pixels.length]).toEqual([9, 9 * 28 * 28]);
    }
  });
});

test("a running run whose process has gone is shown as it is", async () => {
  const running = exampleRecord({ id: "running", status: "running" });
  await createRunWriter({ folder: root, record: running });
  const { runs } = await readRuns(root);
  expect(runs.map(({ record }) => record.status)).toEqual(["complete", "running"]);
  expect(runs[1]?.history).toEqual({ epoch: [] });
});

test("members that a later minor version added are kept", async () => {
  await tamper((record) => Object.assign(record, { addedLater: 1 }));
  expect((await readRun(folder)).record).toHaveProperty("addedLater", 1);
});

test("runs come ordered by experiment, start and id, whatever the folders are called", async () => {
  const at = (startedAt: string) => ({ ...exampleRecord().timings, startedAt });
  const make = (experiment: string, id: string, startedAt: string) =>
    createRunWriter({
      folder: root,
      record: exampleRecord({ id, experiment: { id: experiment, title: "" }, status: "running", timings: at(startedAt) }),
    });
  await make("e10", "a", "2026-01-01T00:00:00Z");
  await make("e1", "b", "2026-01-01T00:00:00.500Z");
  await make("e1", "z", "2026-01-01T00:00:00Z");
  await make("e1", "c", "2026-01-01T00:00:00Z");
  const { runs } = await readRuns(root);
  expect(runs.map(({ record }) => `${record.experiment.id}/${record.id}`)).toEqual([
    "e1/c",
    "e1/z",
    "e1/b",
    "e1/final-s1-3f9a1c",
    "e10/a",
  ]);
});

describe("what is no run is passed over", () => {
  test("a root that does not exist holds no runs", async () => {
    expect(await readRuns(join(root, "nothing"))).toEqual({ runs: [], faults: [] });
  });

  test("unfinished writes, hidden names and files beside the experiments", async () => {
    await mkdir(join(root, "e1", ".tmp-run"));
    await writeFile(join(folder, ".tmp-run.json-1-abc"), "{");
    await mkdir(join(root, ".git"));
    await writeFile(join(root, "README.md"), "our runs");
    await writeFile(join(root, "e1", ".DS_Store"), "");
    const { runs, faults } = await readRuns(root);
    expect([runs.length, faults]).toEqual([1, []]);
  });

  test("a root that is a file is an error", async () => {
    await writeFile(join(root, "file"), "");
    await expect(readRuns(join(root, "file"))).rejects.toThrow("readRuns: cannot list the runs' folder");
  });
});

describe("a damaged folder is named and the others still come", () => {
  const cases: [string, () => Promise<string>, string][] = [
    ["a record cut short", () => damage("run.json", '{"schemaVersion": 1,'), "run.json is not valid JSON"],
    ["an empty record", () => damage("run.json", ""), "run.json is not valid JSON"],
    ["a record that is no UTF-8", () => damage("run.json", Uint8Array.of(0x22, 0xff, 0x22)), "run.json is not valid JSON"],
    ["a record that is null", () => damage("run.json", "null"), "the record must be object, got null"],
    ["a record that is a list", () => damage("run.json", "[]"), "the record must be object, got []"],
    ["a record without members", () => damage("run.json", "{}"), "the record must have required property 'schemaVersion'"],
    ["nesting without end", () => damage("run.json", "[".repeat(1e5) + "]".repeat(1e5)), ""],
    ["a member of the wrong type", () => tamper((record) => (record.seed = "1" as never)), 'seed must be integer, got "1"'],
    [
      "a nested member of the wrong type",
      () => tamper((r) => (r.model.layers[0]!.params = null as never)),
      "model.layers.0.params must be integer, got null",
    ],
    [
      "a metric that is no number",
      () => tamper((r) => (r.finalMetrics["loss"] = null as never)),
      "finalMetrics.loss must be number, got null",
    ],
    [
      "a newer schema",
      () => tamper((record) => (record.schemaVersion = 2 as never)),
      "the record has schema version 2, newer than this version of Tarea knows, expected at most 1",
    ],
    [
      "an older schema that never was",
      () => tamper((record) => (record.schemaVersion = 0 as never)),
      "schemaVersion must be equal to constant, got 0",
    ],
    [
      "a key __proto__",
      () => damage("run.json", '{"config": {"__proto__": {"polluted": 1}}}'),
      '"__proto__" is not allowed as a key',
    ],
    [
      "a number too large for JSON",
      async () => damage("run.json", (await readFile(join(folder, "run.json"), "utf8")).replace('"seed": 1', '"seed": 1e999')),
      "seed must be integer, got Infinity",
    ],
    ["no record", async () => (await rm(join(folder, "run.json")), join(folder, "run.json")), "the folder has no run.json"],
    [
      "a record that is a folder",
      async () => (await rm(join(folder, "run.json")), await mkdir(join(folder, "run.json")), join(folder, "run.json")),
      "run.json is not a file",
    ],
    [
      "no history",
      async () => (await rm(join(folder, "history.json")), join(folder, "history.json")),
      "a complete run has no history.json",
    ],
    ["a history cut short", () => damage("history.json", '{"epoch": [0'), "history.json is not valid JSON"],
    [
      "a history without epochs",
      () => damage("history.json", '{"loss": [1]}'),
      "the history must have required property 'epoch'",
    ],
    ["a column that is no list", () => damage("history.json", '{"epoch": [0], "loss": 1}'), "loss must be array, got 1"],
    ["a column of text", () => damage("history.json", '{"epoch": [0], "loss": ["1"]}'), 'loss.0 must be number,null, got "1"'],
    [
      "columns of unequal length",
      () => damage("history.json", '{"epoch": [0, 1], "loss": [1]}'),
      'column "loss" must be as long as "epoch", expected 2 values, got 1',
    ],
    [
      "a column called __proto__",
      () => damage("history.json", '{"epoch": [0], "__proto__": [1]}'),
      '"__proto__" is not allowed as a key',
    ],
    [
      "a record too large to be one",
      async () => (await truncate(join(folder, "run.json"), SIZE_LIMITS["run.json"] + 1), join(folder, "run.json")),
      "run.json is larger than 4194304 bytes",
    ],
    [
      "a history too large to be one",
      async () => (await truncate(join(folder, "history.json"), SIZE_LIMITS["history.json"] + 1), join(folder, "history.json")),
      "history.json is larger than",
    ],
    [
      "another run's record",
      () => tamper((record) => (record.id = "other")),
      'the folder is not named after the run in it, expected e1/other, got "e1/final-s1-3f9a1c"',
    ],
    ["an id that is a path", () => tamper((record) => (record.id = "../../etc")), "id must match pattern"],
  ];

  test.each(cases)("%s", async (_, spoil, problem) => {
    const other = await createRunWriter({ folder: root, record: exampleRecord({ id: "healthy", status: "running" }) });
    const file = await spoil();
    const { runs, faults } = await readRuns(root);
    expect(runs.map((run) => run.folder)).toEqual([other.folder]);
    expect(faults).toEqual([
      { folder, file, problem: expect.stringContaining(problem) as string, hint: expect.stringMatching(/^[A-Z].*\.$/) as string },
    ]);
  });

  test("a run folder that is a file", async () => {
    await writeFile(join(root, "e1", "file"), "");
    const { runs, faults } = await readRuns(root);
    expect(runs).toHaveLength(1);
    expect(faults).toMatchObject([{ folder: join(root, "e1", "file"), problem: "the run's folder is a file" }]);
  });

  test("links that lead outside", async () => {
    const outside = await emptyFolder();
    await cp(folder, join(outside, "final-s1-3f9a1c"), { recursive: true });
    await symlink(outside, join(root, "e2"));
    await symlink(join(outside, "final-s1-3f9a1c"), join(root, "e1", "linked"));
    await symlink(join(outside, "nothing"), join(root, "e1", "dangling"));
    await rm(join(folder, "run.json"));
    await symlink(join(outside, "final-s1-3f9a1c", "run.json"), join(folder, "run.json"));
    const { runs, faults } = await readRuns(root);
    expect(runs).toEqual([]);
    expect(faults.map((fault) => fault.folder).toSorted()).toEqual(
      [join(root, "e2"), join(root, "e1", "linked"), join(root, "e1", "dangling"), folder].toSorted(),
    );
    expect(faults.find((fault) => fault.folder === folder)?.problem).toContain("the path must stay inside the run's folder");
    await rm(outside, { recursive: true });
  });
});

test("readRun throws what readRuns lists", async () => {
  await damage("run.json", "{");
  await expect(readRun(folder)).rejects.toMatchObject({ name: "TareaError", code: "json", file: join(folder, "run.json") });
  await expect(readRun(join(root, "nothing"))).rejects.toThrow("there is no such folder");
});

test("a newer record is told apart by its code", async () => {
  await tamper((record) => (record.schemaVersion = 9 as never));
  await expect(readRun(folder)).rejects.toMatchObject({ code: "version", hint: "Update the @tarea packages." });
});

test("a record cut at any byte is a fault and never a crash", async () => {
  const path = await tamper(() => undefined);
  const { length } = await readFile(path, "utf8");
  for (let cut = length - 1; cut >= 0; cut--) {
    await truncate(path, cut);
    const outcome = await readRun(folder).then(
      () => "read",
      (error: unknown) => (error as Error).name,
    );
    expect(outcome).toBe("TareaError");
  }
});

describe("a binary file that is not what the record says is refused", () => {
  let run: Run;
  beforeEach(async () => {
    run = await readRun(folder);
  });

  test.each(["predictions.bin", "samples/misclassified.bin"])(
    "%s missing, too short, too long, a folder, a link outside",
    async (name) => {
      const read = () => (name.startsWith("samples") ? readSamples(run, "misclassified") : readPredictions(run));
      const path = join(folder, name);
      const bytes = await readFile(path);
      await writeFile(path, bytes.subarray(1));
      await expect(read()).rejects.toThrow(`${name} has the wrong size, expected ${bytes.length} bytes, got ${bytes.length - 1}`);
      await writeFile(path, Buffer.concat([bytes, Buffer.from([0])]));
      await expect(read()).rejects.toThrow(`${name} has the wrong size`);
      await rm(path);
      await expect(read()).rejects.toThrow(`${name} is missing`);
      await mkdir(path);
      await expect(read()).rejects.toThrow(`${name} is not a file`);
      await rm(path, { recursive: true });
      await writeFile(join(root, "elsewhere"), bytes);
      await symlink(join(root, "elsewhere"), path);
      await expect(read()).rejects.toThrow("the path must stay inside the run's folder");
    },
  );

  test("predictions whose bytes changed", async () => {
    const bytes = await readFile(join(folder, "predictions.bin"));
    bytes[0]! ^= 1;
    await damage("predictions.bin", bytes);
    await expect(readPredictions(run)).rejects.toThrow("predictions.bin is not the file that the run wrote: its SHA-256 differs");
  });

  test.each(["../final-s1-3f9a1c/predictions.bin", "/etc/passwd", "", ".", "a/../../x", "a\\b", "predictions.bin\0"])(
    "the path %j",
    async (file) => {
      run.record.predictions!.file = file;
      run.record.samples[0]!.file = file;
      await expect(readPredictions(run)).rejects.toThrow("the path must stay inside the run's folder");
      await expect(readSamples(run, "misclassified")).rejects.toThrow("the path must stay inside the run's folder");
    },
  );

  test("sizes whose product cannot be counted or is too large to be read", async () => {
    run.record.predictions!.samples = 2 ** 52;
    await expect(readPredictions(run)).rejects.toThrow("the shape has more elements than can be counted");
    run.record.samples[0]!.height = SIZE_LIMITS.samples;
    await truncate(join(folder, "samples", "misclassified.bin"), SIZE_LIMITS.samples * 2);
    await expect(readSamples(run, "misclassified")).rejects.toThrow(
      `samples/misclassified.bin is larger than ${SIZE_LIMITS.samples} bytes`,
    );
  });

  test("labels outside the classes and numbers that are no probabilities, though the hash fits", async () => {
    const { sha256 } = await import("@tarea/core");
    for (const [offset, bytes, problem] of [
      [16, [2], "predictions.bin holds a label outside 0 to 1"],
      [0, [0, 0, 192, 127], "predictions.bin holds a number that is no probability"],
    ] as const) {
      const content = new Uint8Array(18);
      content.set(bytes, offset);
      await damage("predictions.bin", content);
      run.record.predictions!.sha256 = sha256(content);
      await expect(readPredictions(run)).rejects.toThrow(problem);
    }
  });
});

test("a link inside the folder is followed", async () => {
  const path = join(folder, "predictions.bin");
  await cp(path, join(folder, "model-predictions.bin"));
  await rm(path);
  await symlink("model-predictions.bin", path);
  expect((await readPredictions(await readRun(folder)))?.samples).toBe(2);
  expect(await readdir(dirname(folder))).toHaveLength(1);
});
