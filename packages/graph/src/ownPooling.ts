/** Pools and up-samplings on kernels of our own: a batch as a whole, in parts. */

import * as tf from "@tensorflow/tfjs";
import { isStock, type LayerCall, type LayerCalls, type OwnCallOptions } from "./layerCalls.js";
import { recordOperation } from "./recorder.js";

/** The forward passes of the pools and up-samplings of a model. */
export function poolingCalls({ parts }: OwnCallOptions): LayerCalls {
  const pool = (layer: tf.layers.Layer) => poolCall(layer, parts);
  return {
    MaxPooling1D: pool,
    MaxPooling2D: pool,
    AveragePooling1D: pool,
    AveragePooling2D: pool,
    UpSampling2D: (layer) => upSamplingCall(layer, parts),
  };
}

interface PoolConfig {
  poolSize: number | number[];
  strides: number | number[];
  padding: "same" | "valid";
  dataFormat?: string;
}

function poolCall(layer: tf.layers.Layer, parts: number): LayerCall | undefined {
  const { poolSize, strides, padding, dataFormat } = layer.getConfig() as unknown as PoolConfig;
  if (!isStock(layer) || dataFormat === "channelsFirst") return undefined;
  const isSequence = layer.getClassName().endsWith("1D");
  const pair = (value: number | number[]) => (isSequence ? [1, [value].flat()[0]!] : value) as [number, number];
  const average = { bool: layer.getClassName().startsWith("Average") };
  return (inputs) => {
    const x = (isSequence ? tf.expandDims(inputs, 1) : inputs) as tf.Tensor4D;
    const info = tf.backend_util.computePool2DInfo(x.shape, pair(poolSize), pair(strides), 1, padding);
    const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo, outHeight, outWidth } = info;
    const geometry = [filterHeight, filterWidth, strideHeight, strideWidth, padInfo.top, padInfo.left, outHeight, outWidth];
    const attributes = { geometry: { ints: geometry }, average, parts: { int: parts } };
    const compute = tf.customGrad((...args: unknown[]) => {
      const [images, save] = args as [tf.Tensor, tf.GradSaveFunc];
      const [y] = recordOperation("TareaPool", attributes, [images], [info.outShape]);
      save([images, y!]);
      const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
        recordOperation("TareaPoolGradient", attributes, [dy, ...saved], [x.shape])[0]!;
      return { value: y!, gradFunc };
    });
    const y = compute(x);
    return isSequence ? tf.squeeze(y, [1]) : y;
  };
}

/** Up-sampling that repeats pixels. */
function upSamplingCall(layer: tf.layers.Layer, parts: number): LayerCall | undefined {
  const { size, dataFormat, interpolation } = layer.getConfig() as { size: number[]; dataFormat: string; interpolation: string };
  if (!isStock(layer) || dataFormat === "channelsFirst" || interpolation !== "nearest") return undefined;
  const attributes = { size: { ints: size }, parts: { int: parts } };
  return (x) => {
    const [batch, height, width, channels] = x.shape as [number, number, number, number];
    const compute = tf.customGrad((images) => {
      const shape = [batch, height * size[0]!, width * size[1]!, channels];
      const [y] = recordOperation("TareaUpSample", attributes, [images as tf.Tensor], [shape]);
      const gradFunc = (dy: tf.Tensor) => recordOperation("TareaUpSampleGradient", attributes, [dy], [x.shape])[0]!;
      return { value: y!, gradFunc };
    });
    return compute(x);
  };
}
