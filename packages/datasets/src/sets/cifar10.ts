/** CIFAR-10: small colour photographs of ten kinds of things. */

import { defineCard, type DatasetDefinition, type DatasetFile } from "../dataset.js";
import { cifarFiles } from "../formats/cifarFiles.js";
import { parseCifar } from "../formats/cifar.js";
import { SCENE_TWIN_VERSION, drawScenes } from "../twins/scenes.js";
import { sceneClasses } from "../twins/sceneClasses.js";

const TRAIN_FILES = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`);
const TEST_FILE = "test_batch.bin";

const FILES: readonly DatasetFile[] = [
  {
    name: "data_batch_1.bin",
    sizeBytes: 30730000,
    sha256: "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
  },
  {
    name: "data_batch_2.bin",
    sizeBytes: 30730000,
    sha256: "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
  },
  {
    name: "data_batch_3.bin",
    sizeBytes: 30730000,
    sha256: "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
  },
  {
    name: "data_batch_4.bin",
    sizeBytes: 30730000,
    sha256: "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
  },
  {
    name: "data_batch_5.bin",
    sizeBytes: 30730000,
    sha256: "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
  },
  { name: TEST_FILE, sizeBytes: 30730000, sha256: "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b" },
];

const card = defineCard({
  name: "cifar10",
  title: "CIFAR-10",
  description:
    "60,000 colour photographs of 32 by 32 pixels in ten equal classes of animals and vehicles, taken from the 80 Million Tiny Images. " +
    "Automobiles and trucks do not overlap: pickup trucks are in neither class.",
  source: "Alex Krizhevsky, Vinod Nair and Geoffrey Hinton: https://www.cs.toronto.edu/~kriz/cifar.html",
  licence: "None stated; the authors ask that the report be cited",
  citation:
    "A. Krizhevsky. Learning multiple layers of features from tiny images. Technical report, University of Toronto, 2009.",
  task: "classification",
  modality: "image",
  origin: "files",
  inputShape: [32, 32, 3],
  inputType: "uint8",
  classNames: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
  columns: [],
  target: null,
  split: { by: "publisher", how: "As published." },
  counts: { train: 50000, test: 10000 },
  labelCounts: { train: Array<number>(10).fill(5000), test: Array<number>(10).fill(1000) },
  files: FILES,
  mirrors: [],
  otherForms: [
    {
      what: "the publisher's archive",
      files: [
        {
          name: "cifar-10-binary.tar.gz",
          sizeBytes: 170052171,
          sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        },
      ],
      mirrors: ["https://www.cs.toronto.edu/~kriz/"],
    },
    { what: "the publisher's archive, unpacked", folder: "cifar-10-batches-bin", files: FILES, mirrors: [] },
  ],
  knownFlaws: [
    "About 3 % of the test images are near duplicates of training images (Barz and Denzler, 2020).",
    "The images come from the 80 Million Tiny Images, which were withdrawn in 2020 for offensive labels and for photographs of people taken without consent.",
    "A few labels are wrong: about 0.5 % of the test part (Northcutt, Athalye and Mueller, 2021).",
  ],
});

const CLASSES = sceneClasses(card.name, [...card.classNames.keys()]);

export const cifar10: DatasetDefinition<typeof card> = {
  card,
  parse: async (contents) => {
    const files = await cifarFiles(contents, card);
    const options = { labelBytes: 1, labelIndex: 0, classes: card.classNames.length };
    return { train: parseCifar(files(TRAIN_FILES), options), test: parseCifar(files([TEST_FILE]), options) };
  },
  twinVersion: SCENE_TWIN_VERSION,
  twin: (part, count, seed) => drawScenes(card.name, CLASSES, { part, count, seed }),
};
