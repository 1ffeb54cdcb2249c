/**
 * A penalty on what a layer puts out, which TensorFlow.js's own activity regularizers refuse to compute. In a file the layer is a
 * linear `Activation`, so that stock TensorFlow.js loads the model: predictions are the same without the penalty.
 */

import * as tf from "@tensorflow/tfjs";

export interface ActivityPenaltyOptions {
  name: string;
  /** Weight of the sum of absolute values. */
  l1: number;
  /** Weight of the sum of squares. */
  l2: number;
}

/** Passes its input on; in training adds `(l1 sum |x| + l2 sum x^2) / B` to the model's losses, once per forward pass, as Keras does. */
export class ActivityPenalty extends tf.layers.Layer {
  static readonly className = "Activation";
  readonly #l1: number;
  readonly #l2: number;
  #pending: tf.Scalar | undefined;

  constructor({ name, l1, l2 }: ActivityPenaltyOptions) {
    super({ name });
    this.#l1 = l1;
    this.#l2 = l2;
    this.supportsMasking = true;
    this.addLoss(() => this.#take());
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    if (kwargs.training === true) {
      this.#pending?.dispose();
      this.#pending = tf.keep(this.#penalty(x));
    }
    return x.clone();
  }

  /** Options as files hold them: `activity_penalty` is what stock TensorFlow.js leaves unread. */
  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), activation: "linear", activityPenalty: { l1: this.#l1, l2: this.#l2 } };
  }

  override dispose(): ReturnType<tf.layers.Layer["dispose"]> {
    this.#pending?.dispose();
    this.#pending = undefined;
    return super.dispose();
  }

  #penalty(x: tf.Tensor): tf.Scalar {
    return tf.tidy(() => {
      const absolute = tf.mul(tf.sum(tf.abs(x)), this.#l1);
      const squared = tf.mul(tf.sum(tf.square(x)), this.#l2);
      return tf.div<tf.Scalar>(tf.add(absolute, squared), x.shape[0] ?? 1);
    });
  }

  /** The penalty of the last forward pass in training; 0 when there was none since. */
  #take(): tf.Scalar {
    const pending = this.#pending;
    if (pending === undefined) return tf.scalar(0);
    this.#pending = undefined;
    const value = pending.clone();
    pending.dispose();
    return value;
  }
}
