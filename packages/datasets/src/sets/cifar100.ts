/** CIFAR-100: small colour photographs of a hundred kinds of things in twenty groups, by kind and by group. */

import { defineCard, type DatasetCard, type DatasetDefinition, type DatasetFile, type Samples } from "../dataset.js";
import { cifarFiles } from "../formats/cifarFiles.js";
import { parseCifar } from "../formats/cifar.js";
import { SCENE_TWIN_VERSION, drawScenes } from "../twins/scenes.js";
import { sceneClasses } from "../twins/sceneClasses.js";
import { COARSE_NAMES, COARSE_OF_FINE, FINE_NAMES } from "./cifar100Classes.js";

const FILES: readonly DatasetFile[] = [
  { name: "train.bin", sizeBytes: 153700000, sha256: "f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29" },
  { name: "test.bin", sizeBytes: 30740000, sha256: "d8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a" },
];

const shared = {
  source: "Alex Krizhevsky, Vinod Nair and Geoffrey Hinton: https://www.cs.toronto.edu/~kriz/cifar.html",
  licence: "None stated; the authors ask that the report be cited",
  citation:
    "A. Krizhevsky. Learning multiple layers of features from tiny images. Technical report, University of Toronto, 2009.",
  task: "classification",
  modality: "image",
  origin: "files",
  inputShape: [32, 32, 3],
  inputType: "uint8",
  columns: [],
  target: null,
  split: { by: "publisher", how: "As published." },
  counts: { train: 50000, test: 10000 },
  folder: "cifar100",
  files: FILES,
  mirrors: [],
  otherForms: [
    {
      what: "the publisher's archive",
      files: [
        {
          name: "cifar-100-binary.tar.gz",
          sizeBytes: 168513733,
          sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
        },
      ],
      mirrors: ["https://www.cs.toronto.edu/~kriz/"],
    },
    { what: "the publisher's archive, unpacked", folder: "cifar-100-binary", files: FILES, mirrors: [] },
  ],
  knownFlaws: [
    "Some images occur several times, within and across the parts, a few of them under different labels; tarea data check counts them.",
    "About 10 % of the test images are near duplicates of training images (Barz and Denzler, 2020).",
    "The images come from the 80 Million Tiny Images, which were withdrawn in 2020 for offensive labels and for photographs of people taken without consent.",
    "Baby, boy, girl, man and woman are photographs of people who were not asked.",
    "About 6 % of the test labels are wrong (Northcutt, Athalye and Mueller, 2021).",
  ],
} as const satisfies Partial<DatasetCard>;

const fineCard = defineCard({
  ...shared,
  name: "cifar100",
  title: "CIFAR-100",
  description:
    "60,000 colour photographs of 32 by 32 pixels in a hundred equal classes, five of them to each of twenty groups. " +
    "The set cifar100_coarse has the same images labelled by group.",
  classNames: FINE_NAMES,
  labelCounts: { train: Array<number>(100).fill(500), test: Array<number>(100).fill(100) },
});

const coarseCard = defineCard({
  ...shared,
  name: "cifar100_coarse",
  title: "CIFAR-100, coarse",
  description: "The images of CIFAR-100 labelled by their twenty groups of five classes each.",
  classNames: COARSE_NAMES,
  labelCounts: { train: Array<number>(20).fill(2500), test: Array<number>(20).fill(500) },
});

const CLASSES = sceneClasses("cifar100", COARSE_OF_FINE);

export const cifar100: DatasetDefinition<typeof fineCard> = {
  card: fineCard,
  parse: parseBy(1, FINE_NAMES.length),
  twinVersion: SCENE_TWIN_VERSION,
  twin: (part, count, seed) => drawScenes("cifar100", CLASSES, { part, count, seed }),
};

/** Its twin is that of `cifar100` under other labels. */
export const cifar100Coarse: DatasetDefinition<typeof coarseCard> = {
  card: coarseCard,
  parse: parseBy(0, COARSE_NAMES.length),
  twinVersion: SCENE_TWIN_VERSION,
  twin: (part, count, seed) => byGroup(drawScenes("cifar100", CLASSES, { part, count, seed })),
};

function parseBy(labelIndex: number, classes: number): NonNullable<DatasetDefinition["parse"]> {
  return async (contents) => {
    const files = await cifarFiles(contents, shared);
    const options = { labelBytes: 2, labelIndex, classes };
    return { train: parseCifar(files(["train.bin"]), options), test: parseCifar(files(["test.bin"]), options) };
  };
}

function byGroup({ inputs, labels }: Samples<"uint8", "uint8">): Samples<"uint8", "uint8"> {
  return { inputs, labels: { ...labels, data: labels.data.map((fine) => COARSE_OF_FINE[fine]!) } };
}
