import { describe, expect, it } from "vitest";
import { TareaError } from "@tarea/core";
import { benchPeers, type BenchOptions, type BenchRow } from "../src/benchPeers.js";
import type { Contestant } from "../src/contestants.js";
import type { Answer, Job } from "../src/job.js";
import { BENCH_MODELS } from "../src/models.js";
import { benchResults, benchTable } from "../src/report.js";

const model = BENCH_MODELS.find(({ name }) => name === "e2")!;

/** Milliseconds per step by contestant, the same in every round unless `times` has more. */
function fakeRun(times: (contestant: Contestant, round: number) => Answer | number): {
  run: BenchOptions["run"];
  calls: { name: string; job: Job }[];
} {
  const calls: { name: string; job: Job }[] = [];
  const run = async (contestant: Contestant, job: Job): Promise<Answer> => {
    const round = calls.filter(({ name }) => name === contestant.name).length;
    calls.push({ name: contestant.name, job });
    const answer = times(contestant, round);
    if (typeof answer !== "number") return answer;
    return { msPerStep: answer, warmUpSeconds: 1, peakBytes: 5e8, parameters: job.model.parameters };
  };
  return { run, calls };
}

function options(run: BenchOptions["run"], lines: string[] = []): BenchOptions {
  const log = (line: string) => void lines.push(line);
  const contestants = { families: ["keras", "tfjs-node"], precision: "float32", tuned: true } as const;
  return { models: [model], batchSizes: [32], ...contestants, rounds: 2, seconds: 1, run, log };
}

async function rowsOf(bench: BenchOptions): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for await (const row of benchPeers(bench)) rows.push(row);
  return rows;
}

describe("benchPeers", () => {
  it("keeps each contestant's best round and sets the fastest peer against ours", async () => {
    const { run } = fakeRun(({ family, name }, round) => {
      if (family === "tarea") return name.includes("shards 1") ? 0.25 : 0.5;
      return name === "keras fit" ? 1 - round * 0.25 : 1;
    });
    const rows = await rowsOf(options(run));
    expect(benchResults(rows)).toEqual([
      {
        model: "e2",
        batchSize: 32,
        oursMs: 0.25,
        peers: {
          "keras fit": 0.75,
          "keras fit jit": 1,
          "keras fit, 32 steps per execution": 1,
          "keras fit jit, 32 steps per execution": 1,
          "tfjs-node fit": 1,
        },
        ratio: 3,
      },
    ]);
  });

  it("lets contestants take turns, and after two rounds only those near the fastest of their side", async () => {
    const { run, calls } = fakeRun(({ name }) => (name.startsWith("keras fit jit") ? 1 : 2));
    await rowsOf({ ...options(run), rounds: 3 });
    const names = calls.map(({ name }) => name);
    const all = [...new Set(names)];
    const [ours, peers] = [
      all.filter((name) => name.startsWith("tarea")),
      ["keras fit jit", "keras fit jit, 32 steps per execution"],
    ];
    expect(names).toEqual([...all, ...all, ...ours, ...peers]);
  });

  it("gives each model its own batch size and 128 when none is asked for", async () => {
    const { run } = fakeRun(() => 1);
    const { batchSizes: _, ...rest } = options(run);
    expect((await rowsOf(rest)).map(({ batchSize }) => batchSize)).toEqual([32, 128]);
  });

  it("leaves out a model that we do not train, without running the peers, and says why", async () => {
    const lines: string[] = [];
    const { run, calls } = fakeRun(() => ({ skipped: "no such loss" }));
    expect(await rowsOf(options(run, lines))).toEqual([]);
    expect(calls.every(({ name }) => name.startsWith("tarea"))).toBe(true);
    expect(lines[0]).toContain("left out: no such loss");
  });

  it("goes on without a peer that fails", async () => {
    const lines: string[] = [];
    const { run } = fakeRun(({ name }) => {
      if (name !== "tfjs-node fit") return 1;
      throw new TareaError({ code: "bench", where: "bench e2", problem: "tfjs-node fit ended without an answer" });
    });
    const [row] = await rowsOf(options(run, lines));
    expect(row!.peers.map(({ name }) => name)).not.toContain("tfjs-node fit");
    expect(lines.join("\n")).toContain("ended without an answer");
  });

  it("refuses to compare different models", async () => {
    const { run } = fakeRun(({ family }) =>
      family === "keras" ? { msPerStep: 1, warmUpSeconds: 1, peakBytes: 1, parameters: 1 } : 1,
    );
    await expect(rowsOf(options(run))).rejects.toThrow("131818 parameters");
  });

  it("prints one line per contestant, with samples per second and the ratio to ours", async () => {
    const { run } = fakeRun(({ family }) => (family === "tarea" ? 0.5 : 2));
    const table = benchTable(await rowsOf({ ...options(run), families: ["tfjs-node"] }));
    const lines = table.split("\n");
    expect(lines[0]).toMatch(/^model +batch +contestant +ms\/step +samples\/s +ratio +first epoch, s +peak memory, MB$/);
    expect(lines[1]).toMatch(/^e2 +32 +tarea, threads 1, shards 1, operations 1 +0\.500 +64000 +1\.0 +500$/);
    expect(lines[2]).toMatch(/^ +tfjs-node fit +2\.000 +16000 +4\.00 +1\.0 +500$/);
  });
});
