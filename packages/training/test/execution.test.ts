import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { executionCandidates, fastestExecution } from "../src/execution.js";
import { cachedExecution, type ExecutionKey } from "../src/executionCache.js";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "tarea-execution-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const KEY: ExecutionKey = { cores: 4, engine: "2.21.0", graph: "1.0.0", kernels: true, step: { batchSize: 32 } };
const WAYS = executionCandidates(4);

/** Measures what the test says, and counts how often it is asked. */
function measuring(threads: number, shards: number) {
  const calls: number[] = [];
  const measure = async () => {
    calls.push(calls.length);
    return { best: { threads, shards }, measured: [] };
  };
  return { calls, measure };
}

test("one thread, one shard for each core in one operation or in several, and all threads for one operation are worth trying", () => {
  expect(WAYS).toEqual([
    { threads: 1, shards: 1 },
    { threads: 1, shards: 4 },
    { threads: 1, shards: 4, operations: 4 },
    { threads: 4, shards: 1 },
  ]);
  expect(executionCandidates(1)).toEqual([{ threads: 1, shards: 1 }]);
});

test("what is given is not tried otherwise", () => {
  expect(executionCandidates(4, { threads: 3 })).toEqual([
    { threads: 3, shards: 1 },
    { threads: 3, shards: 4 },
    { threads: 3, shards: 4, operations: 4 },
  ]);
  expect(executionCandidates(1, { threads: 3, shards: 2 })).toEqual([{ threads: 3, shards: 2 }]);
});

test("a later way wins only where it is clearly faster", () => {
  const [first, second, , third] = WAYS as [(typeof WAYS)[0], (typeof WAYS)[0], (typeof WAYS)[0], (typeof WAYS)[0]];
  const times = (...milliseconds: number[]) =>
    milliseconds.map((millisecondsPerStep, i) => ({ ...[first, second, third][i]!, millisecondsPerStep }));
  expect(fastestExecution(times(10, 9.8, 9.6))).toEqual(first);
  expect(fastestExecution(times(10, 9, 8.9))).toEqual(second);
  expect(fastestExecution(times(10, 12, 5))).toEqual(third);
  const sideBySide = { threads: 1, shards: 4, operations: 4 };
  const beside = (milliseconds: number) =>
    fastestExecution([...times(12, 10), { ...sideBySide, millisecondsPerStep: milliseconds }]);
  expect(beside(8.5)).toEqual(second);
  expect(beside(7.5)).toEqual(sideBySide);
  expect(fastestExecution([])).toBeUndefined();
  const shards = second;
  const besideKernels = (milliseconds: number, kernels: boolean) =>
    fastestExecution(
      [
        { ...first, millisecondsPerStep: 10 },
        { ...shards, millisecondsPerStep: milliseconds },
      ],
      kernels,
    );
  expect(besideKernels(10.9, true)).toEqual(shards);
  expect(besideKernels(11.1, true)).toEqual(first);
  expect(besideKernels(9.6, false)).toEqual(first);
});

test("a choice is measured once for a key, also when several ask at once", async () => {
  const { calls, measure } = measuring(1, 4);
  const answers = await Promise.all([1, 2, 3].map(() => cachedExecution(folder, KEY, WAYS, measure)));
  expect(answers.map(({ execution }) => execution)).toEqual(Array.from({ length: 3 }, () => ({ threads: 1, shards: 4 })));
  expect(answers.map(({ from }) => from).toSorted()).toEqual(["cache", "cache", "measurement"]);
  expect(calls.length).toBe(1);
});

test("another share of the cores, version or step is measured anew", async () => {
  const { calls, measure } = measuring(1, 1);
  for (const change of [
    {},
    { cores: 2 },
    { engine: "2.22.0" },
    { graph: "1.0.1" },
    { kernels: false },
    { step: { batchSize: 64 } },
  ])
    expect((await cachedExecution(folder, { ...KEY, ...change }, WAYS, measure)).from).toBe("measurement");
  expect(calls.length).toBe(6);
});

test("a damaged choice, or one that is no candidate, is measured again", async () => {
  const { measure } = measuring(4, 1);
  await cachedExecution(folder, KEY, WAYS, measure);
  const file = join(folder, "execution", readdirSync(join(folder, "execution"))[0]!);
  for (const content of ["{", "null", '{"threads":64,"shards":64}']) {
    writeFileSync(file, content);
    expect(await cachedExecution(folder, KEY, WAYS, measure)).toEqual({
      execution: { threads: 4, shards: 1 },
      from: "measurement",
    });
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ threads: 4, shards: 1 });
  }
});

test.skipIf(process.getuid?.() === 0)("a cache that cannot be written keeps nothing", async () => {
  chmodSync(folder, 0o500);
  const { calls, measure } = measuring(1, 1);
  for (let i = 0; i < 2; i++) expect((await cachedExecution(folder, KEY, WAYS, measure)).from).toBe("measurement");
  expect(calls.length).toBe(2);
});
