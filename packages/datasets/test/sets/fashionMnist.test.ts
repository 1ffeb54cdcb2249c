import { datasetConformance } from "../datasetConformance.js";
import { idxFiles } from "../support/encode.js";

datasetConformance("fashion-mnist", {
  twinSha256: "73631f4097d08946839444e61d0fb5ffe1c02b621ddde9bc74e656f867d8bea2",
  learnable: [0.4, 0.9],
  encode: ({ train, test }) =>
    new Map([
      ...idxFiles("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", train),
      ...idxFiles("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", test),
    ]),
});
