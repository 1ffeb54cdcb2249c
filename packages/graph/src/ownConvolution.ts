/** Convolutions with few channels on kernels of our own: bias, rectifier and the maximum pool behind it in one operation. */

import { hasMatrixUnit } from "@tarea/engine/native";
import * as tf from "@tensorflow/tfjs";
import {
  allContainers,
  isRectified,
  isRectifiedOrLinear,
  isStock,
  soleFollower,
  type ActivatedLayer,
  type LayerCall,
  type LayerCalls,
  type OwnCallOptions,
} from "./layerCalls.js";
import { recordOperation } from "./recorder.js";

/** The window that a maximum pool moves by its own size, `[height, width]`. */
type Window = readonly [height: number, width: number];

/** The members of TensorFlow.js's convolutions that decide what they compute. */
interface ConvolutionLayer extends ActivatedLayer {
  rank: number;
  kernel: { read(): tf.Tensor };
  bias: { read(): tf.Tensor } | null;
  strides: number[];
  padding: string;
  dataFormat: string;
  dilationRate: number | number[];
}

/** Above this, TensorFlow's own convolutions keep the processor's vectors as busy. */
const MOST_CHANNELS = 64;
/** The same for filters over images of so few channels as have color or a mask. */
const MOST_COLORS = 4;
const MOST_COLOR_FILTERS = 128;
/** Channels times filters from which on a matrix unit is faster, if they fill its tiles. */
const LEAST_UNIT_PRODUCT = 64 * 96;
const TILE_CHANNELS = 32;

/** The forward passes of the convolutions of `model` that are worth it, and of the pools that they take over. */
export function convolutionCalls(model: tf.LayersModel, options: OwnCallOptions): LayerCalls {
  const pools = new Map(allContainers(model).flatMap(mergedPools));
  const taken = new Set(pools.values());
  const call = (layer: tf.layers.Layer) => convolutionCall(layer, pools.get(layer), options);
  const pool = (layer: tf.layers.Layer): LayerCall | undefined => (taken.has(layer) ? (x) => x : undefined);
  return { Conv1D: call, Conv2D: call, MaxPooling1D: pool, MaxPooling2D: pool };
}

function convolutionCall(
  layer: tf.layers.Layer,
  pool: tf.layers.Layer | undefined,
  { parts, training }: OwnCallOptions,
): LayerCall | undefined {
  if (!isNarrow(layer) && !fitsMatrixUnit(layer)) return undefined;
  const weights = layer as unknown as ConvolutionLayer;
  const window = (pool && windowOf(pool)) ?? [1, 1];
  return (inputs) => {
    const { activation, rank } = weights;
    const rectify = isRectified(weights);
    const filter = asImages(weights.kernel.read(), 0);
    const bias = weights.bias?.read() ?? tf.zeros([filter.shape[3]]);
    const x = asImages(inputs, 1);
    const geometry = geometryOf(weights, x.shape, filter.shape, window);
    const y = convolution(x, filter, bias, { geometry, rectify, training, parts });
    const result = rank === 1 ? tf.squeeze(y, [1]) : y;
    return rectify ? result : activation.apply(result);
  };
}

interface Geometry {
  strides: Window;
  /** Zeros before the first row and column. */
  before: Window;
  /** Size of the outputs before the pool. */
  out: Window;
  pool: Window;
}

interface OperationOptions extends OwnCallOptions {
  geometry: Geometry;
  rectify: boolean;
}

/** `x [B, H, W, C]`, `filter [h, w, C, F]`, `bias [F]`. */
function convolution(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor,
  { geometry, rectify, training, parts }: OperationOptions,
): tf.Tensor {
  const { strides, before, out, pool } = geometry;
  const attributes = {
    geometry: { ints: [...strides, ...before, ...out, ...pool] },
    rectify: { bool: rectify },
    parts: { int: parts },
  };
  const [batch, height, width] = x.shape;
  const shape = [batch, Math.floor(out[0] / pool[0]), Math.floor(out[1] / pool[1]), filter.shape[3]];
  const compute = tf.customGrad((...args: unknown[]) => {
    const [images, weights, offset, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const inputs = [images, weights, offset];
    const [y, saved] = recordOperation("TareaConv", { ...attributes, keep: { bool: training } }, inputs, [shape, [0]]);
    save([weights, saved!]);
    const gradFunc = (dy: tf.Tensor, [kernel, kept]: tf.Tensor[]) =>
      recordOperation(
        "TareaConvGradient",
        { ...attributes, inputs: { bool: true }, size: { ints: [height, width] } },
        [dy, kernel!, kept!],
        [x.shape, filter.shape, [filter.shape[3]]],
      );
    return { value: y!, gradFunc };
  });
  return compute(x, filter, bias);
}

function geometryOf(
  { rank, strides, padding }: ConvolutionLayer,
  images: tf.Tensor4D["shape"],
  filter: tf.Tensor4D["shape"],
  pool: Window,
): Geometry {
  const steps: [number, number] = rank === 1 ? [1, strides[0]!] : [strides[0]!, strides[1]!];
  const { padInfo, outHeight, outWidth } = tf.backend_util.computeConv2DInfo(
    images,
    filter,
    steps,
    1,
    padding as "same" | "valid",
  );
  return { strides: steps, before: [padInfo.top, padInfo.left], out: [outHeight, outWidth], pool };
}

/** A sequence `[B, W, C]` or its filter `[w, C, F]` as images of one row, whose axis comes at `rows`. */
function asImages(tensor: tf.Tensor, rows: 0 | 1): tf.Tensor4D {
  return (tensor.rank === 4 ? tensor : tf.expandDims(tensor, rows)) as tf.Tensor4D;
}

function isNarrow(layer: tf.layers.Layer): boolean {
  const [channels, filters] = widths(layer) as [number, number];
  return isPlain(layer) && channels <= MOST_CHANNELS && filters <= (channels <= MOST_COLORS ? MOST_COLOR_FILTERS : MOST_CHANNELS);
}

/** Whether TareaConv runs the layer on the processor's matrix unit (`BackwardPaysOnUnit` of the kernels). */
function fitsMatrixUnit(layer: tf.layers.Layer): boolean {
  const [channels, filters] = widths(layer) as [number, number];
  const fillsTiles = channels % TILE_CHANNELS === 0 && filters % TILE_CHANNELS === 0;
  return hasMatrixUnit() && isPlain(layer) && fillsTiles && channels * filters >= LEAST_UNIT_PRODUCT;
}

/** A layer of TensorFlow.js's own whose images have their channels last and whose filter has no gaps. */
function isPlain(layer: tf.layers.Layer): boolean {
  const { padding, dataFormat, dilationRate } = layer as unknown as ConvolutionLayer;
  const isDense = padding !== "causal" && [dilationRate].flat().every((rate) => rate === 1);
  return isStock(layer) && dataFormat === "channelsLast" && isDense;
}

/** Channels and filters. */
function widths(layer: tf.layers.Layer): number[] {
  return (layer as unknown as ConvolutionLayer).kernel.read().shape.slice(-2);
}

/** Convolutions and the pools behind them, where nothing else sees what lies between. */
function mergedPools(container: tf.LayersModel): [tf.layers.Layer, tf.layers.Layer][] {
  return container.layers.flatMap((layer): [tf.layers.Layer, tf.layers.Layer][] => {
    if (!["Conv1D", "Conv2D"].includes(layer.getClassName()) || !isNarrow(layer)) return [];
    if (!isRectifiedOrLinear(layer as unknown as ConvolutionLayer)) return [];
    const pool = soleFollower(container, layer);
    return pool !== undefined && windowOf(pool) !== undefined ? [[layer, pool]] : [];
  });
}

/** The window of a maximum pool that moves by its own size and leaves nothing over that it would pad; else `undefined`. */
function windowOf(pool: tf.layers.Layer): Window | undefined {
  if (!["MaxPooling1D", "MaxPooling2D"].includes(pool.getClassName()) || !isStock(pool)) return undefined;
  const { poolSize, strides, padding, dataFormat } = pool.getConfig() as Record<string, unknown>;
  const [size, step] = [poolSize, strides].map((value) => [value].flat() as number[]) as [number[], number[]];
  const input = (pool.input as tf.SymbolicTensor).shape.slice(1, -1) as number[];
  const fits = size.every((length, axis) => step[axis] === length && (padding === "valid" || input[axis]! % length === 0));
  if (!fits || dataFormat === "channelsFirst" || input.some((length, axis) => length < size[axis]!)) return undefined;
  return size.length === 1 ? [1, size[0]!] : [size[0]!, size[1]!];
}
