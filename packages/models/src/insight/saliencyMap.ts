/** Which inputs the score of a class hangs on most: the gradient of the score. */

import * as tf from "@tensorflow/tfjs";
import { checkKnownOptions, TareaError } from "@tarea/core";
import { checkModel } from "../arguments.js";
import { classOfInterest, type ClassOfInterest } from "./classOfInterest.js";
import { rangeOf, toImage, type InsightImage } from "./images.js";
import { inputShapeOf, leadingEmbedding, outputOf, sampleTensor, withoutTensors, type Samples } from "./modelParts.js";

export interface SaliencyMapOptions {
  /** Class whose score is followed back; default: the one that the model predicts. */
  classId?: number;
}

export interface SaliencyMap extends ClassOfInterest {
  /**
   * By row and column, from 0 to 1, the greatest: how much the score changes with the pixel, the strongest of its channels. One row for
   * inputs without rows. For token ids it is the length of the gradient in the token's embedding. All 0 when the score hangs on nothing.
   */
  values: number[][];
  /** The gradient that 1 stands for. */
  most: number;
  /** `values` as a picture, white for 1. */
  image: InsightImage;
}

/**
 * The size of the gradient of a class's score in the inputs (Simonyan, Vedaldi and Zisserman, 2013). The pass is that of prediction. A
 * heat map draws `values`, an image grid `image`. Keeps no tensor.
 *
 * @throws TareaError for samples of another shape, classes that the model has not, and models that give no scores by class.
 * @example
 * const { classId, values } = saliencyMap(model, image);
 */
export function saliencyMap(model: tf.LayersModel, sample: Samples, options: SaliencyMapOptions = {}): SaliencyMap {
  const where = "saliencyMap";
  checkModel(where, model);
  checkKnownOptions(where, options, ["classId"]);
  return withoutTensors(() => {
    const input = sampleTensor(where, model, sample);
    const { scoreOf, ...chosen } = classOfInterest(where, model, { sample: input, classId: options.classId });
    const embedding = leadingEmbedding(model);
    const sizes = embedding === undefined ? pixelGradients(input, scoreOf) : tokenGradients(model, embedding, { input, scoreOf });
    const raw = sizes.dataSync();
    const [, most] = rangeOf(raw);
    const [height, width] = mapSize(where, inputShapeOf(where, model));
    const shares = Float32Array.from(raw, (value) => (most > 0 ? value / most : 0));
    const image = toImage(shares, { height, width, channels: 1 }, { range: [0, 1], caption: [`class ${chosen.classId}`] });
    return { ...chosen, values: rowsOf(shares, width), most, image };
  });
}

/** Rows and columns of a map over inputs `[H, W, C]`, `[H, W]` or `[T]`. */
export function mapSize(where: string, inputShape: readonly number[]): [rows: number, columns: number] {
  if (inputShape.length === 1) return [1, inputShape[0]!];
  if (inputShape.length <= 3) return [inputShape[0]!, inputShape[1]!];
  throw new TareaError({
    code: "shape",
    where,
    problem: "inputs must be images, or numbers in a row",
    received: `[${inputShape.join(", ")}]`,
  });
}

export function rowsOf(values: ArrayLike<number>, width: number): number[][] {
  const all = Array.from(values);
  return Array.from({ length: all.length / width }, (_, row) => all.slice(row * width, (row + 1) * width));
}

/** `[1, H, W, C]` -> `[H, W]`, `[1, T]` -> `[T]` */
function pixelGradients(input: tf.Tensor, scoreOf: (inputs: tf.Tensor) => tf.Tensor): tf.Tensor {
  const size = tf.abs(tf.grad((x: tf.Tensor) => tf.sum(scoreOf(x)))(input));
  return size.rank === 4 ? tf.max(size, -1) : size;
}

/** `[1, T]` -> `[T]`: ids have no gradient, their embeddings have. */
function tokenGradients(
  model: tf.LayersModel,
  embedding: tf.layers.Layer,
  { input, scoreOf }: { input: tf.Tensor; scoreOf: (inputs: tf.Tensor) => tf.Tensor },
): tf.Tensor {
  const first = tf.model({ inputs: model.inputs, outputs: outputOf(embedding) });
  const vectors = first.apply(input, { training: false }) as tf.Tensor;
  const ownCall = Object.getOwnPropertyDescriptor(embedding, "call");
  try {
    const gradient = tf.grad((x: tf.Tensor) => {
      embedding.call = () => x.clone();
      return tf.sum(scoreOf(input));
    })(vectors);
    return tf.reshape(tf.norm(gradient, "euclidean", -1), [-1]);
  } finally {
    if (ownCall === undefined) delete (embedding as { call?: unknown }).call;
    else Object.defineProperty(embedding, "call", ownCall);
  }
}
