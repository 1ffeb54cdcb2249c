/** Dropout whose masks come from the model's seed: TensorFlow.js's own draws them without a seed, or the same one each time. */

import * as tf from "@tensorflow/tfjs";
import { sizeOf, stepStream } from "@tarea/core";

export interface SeededDropoutOptions {
  name: string;
  /** Share of zeros, from 0 to below 1. */
  rate: number;
  /** The model's seed; null counts as 0. */
  seed: number | null;
  /** Of a first layer in a sequential model, batch axis included. */
  batchInputShape?: tf.Shape;
}

/** A dropout layer, or none at rate 0. */
export function dropoutLayers(name: string, rate: number, seed: number | null): tf.layers.Layer[] {
  return rate > 0 ? [new SeededDropout({ name, rate, seed })] : [];
}

/**
 * Each pass in training takes the next mask of the stream `dropout/<name>`, so that equal seeds give equal masks, step by step, and
 * no two steps the same one. In a file it is a stock `Dropout`.
 */
export class SeededDropout extends tf.layers.Layer {
  static readonly className = "Dropout";
  readonly #rate: number;
  readonly #seed: number;
  #step = 0;

  constructor({ rate, seed, ...placing }: SeededDropoutOptions) {
    super(placing);
    this.#rate = rate;
    this.#seed = seed ?? 0;
    this.supportsMasking = true;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    if (kwargs.training !== true || this.#rate === 0) return x.clone();
    const stream = stepStream(this.#seed, `dropout/${this.name}`, this.#step++);
    const [limit, kept] = [Math.fround(this.#rate), 1 / (1 - this.#rate)];
    const mask = Float32Array.from({ length: sizeOf(x.shape) }, () => (stream.uniform() >= limit ? kept : 0));
    return tf.tidy(() => tf.mul(x, tf.tensor(mask, x.shape)));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { rate: this.#rate, noiseShape: null, seed: null, ...super.getConfig() };
  }
}
