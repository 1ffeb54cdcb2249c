/** MNIST: handwritten digits. */

import { defineCard, type DatasetDefinition } from "../dataset.js";
import { parseIdxImageSet } from "../formats/idxImages.js";
import { DIGIT_TWIN_VERSION, drawDigits } from "../twins/digits.js";

const card = defineCard({
  name: "mnist",
  title: "MNIST",
  description:
    "70,000 handwritten digits as grey images of 28 by 28 pixels, white on black. Each digit was scaled to fit 20 by 20 pixels and " +
    "centred by its centre of mass. The writers of the test part do not appear in the training part.",
  source:
    "Yann LeCun, Corinna Cortes and Christopher J. C. Burges, from NIST Special Databases 1 and 3: http://yann.lecun.com/exdb/mnist/",
  licence: "CC BY-SA 3.0, as usually given",
  citation:
    "Y. LeCun, L. Bottou, Y. Bengio and P. Haffner. Gradient-based learning applied to document recognition. " +
    "Proceedings of the IEEE 86(11), 2278-2324, 1998.",
  task: "classification",
  modality: "image",
  origin: "files",
  inputShape: [28, 28, 1],
  inputType: "uint8",
  classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  columns: [],
  target: null,
  split: { by: "publisher", how: "As published." },
  counts: { train: 60000, test: 10000 },
  labelCounts: {
    train: [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
    test: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
  },
  files: [
    {
      name: "train-images-idx3-ubyte.gz",
      sizeBytes: 9912422,
      sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
      unpacked: {
        name: "train-images-idx3-ubyte",
        sizeBytes: 47040016,
        sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      },
    },
    {
      name: "train-labels-idx1-ubyte.gz",
      sizeBytes: 28881,
      sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
      unpacked: {
        name: "train-labels-idx1-ubyte",
        sizeBytes: 60008,
        sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      },
    },
    {
      name: "t10k-images-idx3-ubyte.gz",
      sizeBytes: 1648877,
      sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
      unpacked: {
        name: "t10k-images-idx3-ubyte",
        sizeBytes: 7840016,
        sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      },
    },
    {
      name: "t10k-labels-idx1-ubyte.gz",
      sizeBytes: 4542,
      sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
      unpacked: {
        name: "t10k-labels-idx1-ubyte",
        sizeBytes: 10008,
        sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
      },
    },
  ],
  knownFlaws: [
    "A few labels are wrong or arguable, and some digits cannot be told apart by people.",
    "The test part has been used for decades to choose models: small differences above 99 % say little.",
    "The classes are slightly unequal: 5,421 fives and 6,742 ones in the training part.",
  ],
  mirrors: ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
});

export const mnist: DatasetDefinition<typeof card> = {
  card,
  parse: (contents) => parseIdxImageSet(contents, card),
  twinVersion: DIGIT_TWIN_VERSION,
  twin: (part, count, seed) => drawDigits(part, count, seed, card.labelCounts[part]),
};
