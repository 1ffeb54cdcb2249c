import { expect, it } from "vitest";
import { loadDataset } from "../../src/index.js";
import { datasetConformance } from "../datasetConformance.js";
import { idxFiles } from "../support/encode.js";
import { centred, nearestMeanAccuracy } from "../support/learnability.js";

datasetConformance("fashion-mnist", {
  twinSha256: "5c98960a9c2720edb593018613ef3ae04e29c309c2c2178cde78c47aef01b24c",
  learnable: [0.3, 0.6],
  encode: ({ train, test }) =>
    new Map([
      ...idxFiles("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", train),
      ...idxFiles("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", test),
    ]),
});

it("has a twin whose articles lie anywhere, so that what is told apart by fixed pixels is told apart better once it is centred", async () => {
  const { train, test } = await loadDataset("fashion-mnist", {
    source: "synthetic",
    synthetic: { trainCount: 3000, testCount: 1000 },
  });
  const accuracy = nearestMeanAccuracy(train, test, 10);
  const accuracyCentred = nearestMeanAccuracy(centred(train), centred(test), 10);
  expect(accuracyCentred).toBeGreaterThan(accuracy + 0.1);
});
