/** A part of an image set in two IDX files: images `[N, H, W]` and labels `[N]`. */

import type { NumericArray } from "@tarea/core";
import type { DatasetCard, Samples, Splits } from "../dataset.js";
import { contentOf } from "./contentOf.js";
import { formatError } from "./formatError.js";
import { parseIdx } from "./idx.js";

/** The four file names that MNIST introduced and its successors kept. */
export const IDX_IMAGE_FILES = {
  trainImages: "train-images-idx3-ubyte.gz",
  trainLabels: "train-labels-idx1-ubyte.gz",
  testImages: "t10k-images-idx3-ubyte.gz",
  testLabels: "t10k-labels-idx1-ubyte.gz",
} as const;

/** Reads all four files of a set. @throws TareaError when a file is wrong or two of them disagree. */
export function parseIdxImageSet(
  contents: ReadonlyMap<string, Uint8Array>,
  card: Pick<DatasetCard, "inputShape" | "classNames">,
): Splits {
  const part = (images: string, labels: string): Samples =>
    parseIdxImages(
      { name: images, bytes: contentOf(contents, images) },
      { name: labels, bytes: contentOf(contents, labels) },
      card,
    );
  return {
    train: part(IDX_IMAGE_FILES.trainImages, IDX_IMAGE_FILES.trainLabels),
    test: part(IDX_IMAGE_FILES.testImages, IDX_IMAGE_FILES.testLabels),
  };
}

/** Reads one part. Shapes: `[N, H, W]` -> `[N, H, W, 1]`, labels `[N]`. @throws TareaError */
export function parseIdxImages(
  images: { name: string; bytes: Uint8Array },
  labels: { name: string; bytes: Uint8Array },
  { inputShape, classNames }: Pick<DatasetCard, "inputShape" | "classNames">,
): Samples {
  const pixels = parseIdx(images.bytes, { file: images.name });
  const classes = parseIdx(labels.bytes, { file: labels.name });
  const [height, width] = inputShape;
  checkArray(
    pixels,
    `uint8 [N, ${height}, ${width}]`,
    pixels.shape.length === 3 && pixels.shape[1] === height && pixels.shape[2] === width,
    images.name,
  );
  checkArray(classes, "uint8 [N]", classes.shape.length === 1, labels.name);
  const count = pixels.shape[0]!;
  if (classes.shape[0] !== count) {
    throw formatError({
      file: labels.name,
      problem: `the number of labels is not the number of images in ${images.name}`,
      expected: String(count),
      received: String(classes.shape[0]),
      offset: 4,
    });
  }
  const wrong = (classes.data as Uint8Array).findIndex((label) => label >= classNames.length);
  if (wrong >= 0) {
    throw formatError({
      file: labels.name,
      problem: `label ${wrong} is not a class`,
      expected: `0 to ${classNames.length - 1}`,
      received: String(classes.data[wrong]),
      offset: 8 + wrong,
    });
  }
  return { inputs: { dtype: "uint8", shape: [count, ...inputShape], data: pixels.data }, labels: classes };
}

function checkArray(array: NumericArray, expected: string, shapeFits: boolean, file: string): void {
  if (array.dtype === "uint8" && shapeFits) return;
  throw formatError({
    file: file,
    problem: "this IDX file holds another array",
    expected,
    received: `${array.dtype} [${array.shape.join(", ")}]`,
    offset: 2,
  });
}
