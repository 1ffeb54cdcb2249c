/** Dropout whose masks come from the run's seed and the step's number: a new mask each step, the same on every run. */

import * as tf from "@tensorflow/tfjs";
import { checkNumber, stepStream } from "@tarea/core";

type LayerConstructor = new (config: object) => tf.layers.Layer;
const TfDropout = tf.layers.dropout({ rate: 0 }).constructor as LayerConstructor & { className: string };

/** Which mask a layer draws: the run's seed and the number of the optimizer step, counted from 0. */
export interface DropoutStep {
  seed: number;
  step: number;
}

/**
 * A `Dropout` layer for TF.js: saved as the standard class, so stock TF.js loads it. In training it needs `drawFor` set
 * before every step; outside training it passes its input through.
 */
export class SeededDropout extends TfDropout {
  static override readonly className: string = TfDropout.className;
  readonly rate: number;
  drawFor: DropoutStep = { seed: 0, step: 0 };

  constructor(config: { rate: number; name: string }) {
    super(config);
    this.rate = config.rate;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    if (!kwargs.training || this.rate === 0) return x;
    return tf.tidy(() => tf.mul(x, this.#mask(x.shape)));
  }

  /** Zeros with probability `rate`, else 1 / (1 - rate); element i is word i of this step of the stream `dropout/<layer name>`, so a graph can draw it. */
  #mask(shape: number[]): tf.Tensor {
    const { seed, step } = this.drawFor;
    const stream = stepStream(seed, `dropout/${this.name}`, step);
    const size = shape.reduce((product, length) => product * length, 1);
    const [limit, kept] = [Math.fround(this.rate), 1 / (1 - this.rate)];
    return tf.tensor(
      Float32Array.from({ length: size }, () => (stream.uniform() >= limit ? kept : 0)),
      shape,
    );
  }
}

/** A `SeededDropout` layer. `rate` is the share of inputs set to zero, from 0 to below 1. @throws TareaError */
export function seededDropout({ rate, name }: { rate: number; name: string }): SeededDropout {
  checkNumber("seededDropout", "rate", rate, { min: 0, max: 1, exclusiveMax: true });
  return new SeededDropout({ rate, name });
}

/** Sets the step whose masks every dropout layer of `model` draws next. */
export function setDropoutStep(model: tf.LayersModel, drawFor: DropoutStep): void {
  for (const layer of model.layers) if (layer instanceof SeededDropout) layer.drawFor = drawFor;
}
