import { datasetConformance } from "../datasetConformance.js";
import { idxFiles } from "../support/encode.js";

datasetConformance("mnist", {
  twinSha256: "3920840ad9ac49c27b590f7fa50bea6e960f08dc3f15c009da1f0042b243d4a3",
  learnable: [0.4, 0.9],
  encode: ({ train, test }) =>
    new Map([
      ...idxFiles("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", train),
      ...idxFiles("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", test),
    ]),
});
