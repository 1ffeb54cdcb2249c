import { expect, it } from "vitest";
import { fetchDataset, loadDataset } from "../../src/index.js";
import { datasetConformance } from "../datasetConformance.js";

datasetConformance("xor", {
  twinSha256: "a409a2c57ba2ff21b75165eba66e781b3448ef8b355fe43064b59faa011a628b",
  learnable: [0.2, 0.8],
  repeats: true,
});
datasetConformance("logistic_map", {
  twinSha256: "b60fe73eb5323f2dee19e10f86e40b663997a029c10df9c2fa3406b6b4a93961",
  learnable: [-0.1, 0.1],
});
datasetConformance("blobs", {
  twinSha256: "6e9b123bfb7f6e49fa99cfd5393259f94ccb05194e0b55546fc0ee34ff0c79db",
  learnable: [0.9, 0.99],
});
datasetConformance("moons", {
  twinSha256: "7beae83ee7e2d4f900b33b75f7b278d52bb0fe16c2b890224ebcf5c203a0d7fb",
  learnable: [0.8, 0.93],
});
datasetConformance("spirals", {
  twinSha256: "c2cd8e15b90d1dbf0a5593d5c4d63639e28e9f3d0a9279aa6e16ad8d140fd2ff",
  learnable: [0.4, 0.75],
});

it("makes the four points of exclusive or exactly", async () => {
  const { train, test, source, synthetic } = await loadDataset("xor", { source: "files", offline: true, env: {} });
  expect([...train.inputs.data]).toEqual([0, 0, 1, 0, 0, 1, 1, 1]);
  expect([...train.labels.data]).toEqual([0, 1, 1, 0]);
  expect(test).toEqual(train);
  expect([source, synthetic]).toEqual(["Made by formula, seed 1.", false]);
});

it("gives each number of the logistic map its next one", async () => {
  const { train } = await loadDataset("logistic_map");
  for (const [i, x] of train.inputs.data.entries()) {
    expect(x >= 0 && x < 1).toBe(true);
    expect(train.labels.data[i]).toBe(Math.fround(4 * x * (1 - x)));
  }
});

it("fetches nothing for a set made by formula", async () => {
  const fetch = (): never => {
    throw new Error("a request was made");
  };
  expect(await fetchDataset("moons", { fetch, env: {} })).toEqual({
    name: "moons",
    title: "Moons",
    place: "formula",
    folder: null,
    files: [],
    receivedBytes: 0,
  });
});
