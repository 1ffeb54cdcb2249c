import { expect, it } from "vitest";
import { loadDataset } from "../../src/index.js";
import { COARSE_OF_FINE } from "../../src/sets/cifar100Classes.js";
import { datasetConformance } from "../datasetConformance.js";
import { cifarBytes } from "../support/encode.js";

datasetConformance("cifar100", {
  twinSha256: "24528aac236e797d9197193d50ee15b90b91c89a6e97aeb1441db184cd39b0c3",
  learnable: [0.04, 0.3],
  encode: ({ train, test }) => {
    const labels = (fine: number): number[] => [COARSE_OF_FINE[fine]!, fine];
    return new Map([
      ["train.bin", cifarBytes(train, labels)],
      ["test.bin", cifarBytes(test, labels)],
    ]);
  },
});

datasetConformance("cifar100_coarse", {
  twinSha256: "c179581ab95d68143aae3d48a0b9f6e30242d7bead314547dbb153fda651b424",
  learnable: [0.15, 0.6],
  encode: ({ train, test }) =>
    new Map([
      ["train.bin", cifarBytes(train, (coarse) => [coarse, 0])],
      ["test.bin", cifarBytes(test, (coarse) => [coarse, 0])],
    ]),
});

it("has five classes in each group, and the same images under both kinds of label", async () => {
  for (let group = 0; group < 20; group++) expect(COARSE_OF_FINE.filter((each) => each === group)).toHaveLength(5);
  const options = { source: "synthetic", synthetic: { trainCount: 20, testCount: 1 } } as const;
  const [fine, coarse] = [await loadDataset("cifar100", options), await loadDataset("cifar100_coarse", options)];
  expect(coarse.train.inputs).toEqual(fine.train.inputs);
  expect([...coarse.train.labels.data]).toEqual(Array.from(fine.train.labels.data, (label) => COARSE_OF_FINE[label]));
  expect([fine.classNames[0], coarse.classNames[COARSE_OF_FINE[0]!]]).toEqual(["apple", "fruit_and_vegetables"]);
});
