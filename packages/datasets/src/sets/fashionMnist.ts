/** Fashion-MNIST: articles of clothing in MNIST's format. */

import { defineCard, type DatasetDefinition } from "../dataset.js";
import { parseIdxImageSet } from "../formats/idxImages.js";
import { GARMENT_TWIN_VERSION, drawGarments } from "../twins/garments.js";

const card = defineCard({
  name: "fashion-mnist",
  title: "Fashion-MNIST",
  description:
    "70,000 product photographs of clothing, shoes and bags as grey images of 28 by 28 pixels, light on black, in ten equal classes. " +
    "Made as a harder replacement for MNIST with the same files and shapes.",
  source: "Zalando Research: https://github.com/zalandoresearch/fashion-mnist",
  licence: "MIT",
  citation:
    "H. Xiao, K. Rasul and R. Vollgraf. Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms. arXiv:1708.07747, 2017.",
  task: "classification",
  modality: "image",
  origin: "files",
  inputShape: [28, 28, 1],
  inputType: "uint8",
  classNames: ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
  columns: [],
  target: null,
  split: { by: "publisher", how: "As published." },
  counts: { train: 60000, test: 10000 },
  labelCounts: { train: Array<number>(10).fill(6000), test: Array<number>(10).fill(1000) },
  files: [
    {
      name: "train-images-idx3-ubyte.gz",
      sizeBytes: 26421880,
      sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
      unpacked: {
        name: "train-images-idx3-ubyte",
        sizeBytes: 47040016,
        sha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
      },
    },
    {
      name: "train-labels-idx1-ubyte.gz",
      sizeBytes: 29515,
      sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
      unpacked: {
        name: "train-labels-idx1-ubyte",
        sizeBytes: 60008,
        sha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
      },
    },
    {
      name: "t10k-images-idx3-ubyte.gz",
      sizeBytes: 4422102,
      sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
      unpacked: {
        name: "t10k-images-idx3-ubyte",
        sizeBytes: 7840016,
        sha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
      },
    },
    {
      name: "t10k-labels-idx1-ubyte.gz",
      sizeBytes: 5148,
      sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
      unpacked: {
        name: "t10k-labels-idx1-ubyte",
        sizeBytes: 10008,
        sha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
      },
    },
  ],
  knownFlaws: [
    "Shirts overlap with T-shirts, pullovers and coats: people, too, disagree on many of them.",
    "No two images are equal byte for byte, but tarea data check finds near duplicates: 165 in the training part, 8 in the test part, 53 across.",
  ],
  mirrors: [
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
  ],
});

export const fashionMnist: DatasetDefinition<typeof card> = {
  card,
  parse: (contents) => parseIdxImageSet(contents, card),
  twinVersion: GARMENT_TWIN_VERSION,
  twin: (part, count, seed) => drawGarments(part, count, seed),
};
