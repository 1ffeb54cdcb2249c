import { describe, expect, it } from "vitest";
import { benchLoaders, loaderTable, type LoaderRow, type LoaderSet } from "../src/benchLoaders.js";

async function rowsOf(sets: readonly LoaderSet[], peers: boolean): Promise<{ rows: LoaderRow[]; calls: string[] }> {
  const calls: string[] = [];
  const rows: LoaderRow[] = [];
  const run = async (loader: string, set: string): ReturnType<Parameters<typeof benchLoaders>[0]["run"]> => {
    calls.push(`${set} ${loader}`);
    return { seconds: 1 / calls.length, peakBytes: calls.length * 1e6, bytes: 4e6, samples: 10 };
  };
  for await (const row of benchLoaders({ sets, rounds: 2, peers, run })) rows.push(row);
  return { rows, calls };
}

describe("benchLoaders", () => {
  it("lets loaders take turns and keeps the best time and the most memory of each", async () => {
    const { rows, calls } = await rowsOf(["mnist"], true);
    expect(calls).toEqual(["tarea", "keras", "torchvision", "tarea", "keras", "torchvision"].map((loader) => `mnist ${loader}`));
    expect(rows[0]).toEqual({ set: "mnist", loader: "tarea", seconds: 0.25, peakBytes: 4e6, bytes: 4e6 });
    expect(rows).toHaveLength(3);
  });

  it("asks for reviews only those who have them, and ours alone without peers", async () => {
    expect((await rowsOf(["imdb"], true)).rows.map(({ loader }) => loader)).toEqual(["tarea", "keras", "keras-text"]);
    expect((await rowsOf(["imdb", "cifar10"], false)).calls).toEqual([
      "imdb tarea",
      "imdb tarea",
      "cifar10 tarea",
      "cifar10 tarea",
    ]);
  });

  it("prints seconds beside their target, and memory beside what was loaded", async () => {
    const lines = loaderTable((await rowsOf(["cifar10"], true)).rows).split("\n");
    expect(lines[0]).toMatch(/^set +loader +seconds +target +peak, MB +loaded, MB +peak \/ loaded$/);
    expect(lines[1]).toMatch(/^cifar10 +tarea +0\.250 +1 +4\.0 +4\.0 +1\.00$/);
    expect(lines[2]).toMatch(/^ +keras +0\.200 +5\.0 +4\.0 +1\.25$/);
  });
});
