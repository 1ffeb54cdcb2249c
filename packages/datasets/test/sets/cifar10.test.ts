import { datasetConformance } from "../datasetConformance.js";
import { cifarBytes } from "../support/encode.js";

datasetConformance("cifar10", {
  twinSha256: "75bb2e3985036f1e4d50bd109e5ecb4bc9e42b5736b33211db29ca1a71e3f4f9",
  learnable: [0.25, 0.6],
  encode: ({ train, test }) => {
    const bytes = cifarBytes(train, (label) => [label]);
    const batches = [0, 1, 2, 3, 4].map((i) => bytes.slice((i * bytes.length) / 5, ((i + 1) * bytes.length) / 5));
    return new Map([
      ...batches.map((batch, i) => [`data_batch_${i + 1}.bin`, batch] as const),
      ["test_batch.bin", cifarBytes(test, (label) => [label])],
    ]);
  },
});
