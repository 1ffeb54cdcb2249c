/** Nearest up-sampling with the right gradient: TensorFlow.js's kernels get it wrong from the second sample of a batch on. */

import * as tf from "@tensorflow/tfjs";

interface UpSampling2dOptions {
  name: string;
  /** How often each row and column is repeated. */
  size: number;
}

/** `[B, H, W, C]` -> `[B, size * H, size * W, C]`, every pixel repeated; a stock `UpSampling2D` layer in files. */
export function upSampling2d({ name, size }: UpSampling2dOptions): tf.layers.Layer {
  const layer = tf.layers.upSampling2d({ name, size: [size, size], dataFormat: "channelsLast", interpolation: "nearest" });
  layer.call = (inputs) => repeatPixels((Array.isArray(inputs) ? inputs[0]! : inputs) as tf.Tensor4D, size);
  return layer;
}

function repeatPixels(images: tf.Tensor4D, size: number): tf.Tensor4D {
  const [batch, height, width, channels] = images.shape;
  const operation = tf.customGrad((x) => ({
    value: tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [size * height, size * width]),
    gradFunc: (dy: tf.Tensor) => tf.sum(tf.reshape(dy, [batch, height, size, width, size, channels]), [2, 4]),
  }));
  return operation(images) as tf.Tensor4D;
}
