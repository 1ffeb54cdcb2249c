/** Dense layers one behind the other on kernels of our own: one operation for all of them forward, one for all their gradients. */

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
} from "./layerCalls.js";
import { recordOperation } from "./recorder.js";

/** The members of TensorFlow.js's dense layer that decide what it computes. */
export interface DenseLayer extends ActivatedLayer {
  trainable: boolean;
  kernel: { read(): tf.Tensor };
  bias: { read(): tf.Tensor } | null;
  kernelRegularizer: unknown;
}

/** The operation that gives a large kernel's gradient from `x` and the gradient of the layer's sums. */
export const KERNEL_GRADIENT = "TareaDenseKernelGradient";

/** Numbers in a kernel from which a layer is divided by its weights, not by its samples, and updated without a gradient in memory. */
const LARGE = 2 ** 18;

/**
 * The forward passes of the dense layers of `model` in so many parts, worked on side by side: the first of a stack computes all of it,
 * the others pass it on.
 */
export function denseCalls(model: tf.LayersModel, parts: number): LayerCalls {
  const calls = new Map<tf.layers.Layer, LayerCall>();
  const joins = new Map(allContainers(model).flatMap(joinedInputs));
  const pieces = new Map<tf.layers.Layer, tf.Tensor[]>();
  for (const [dense, join] of joins) {
    calls.set(join, (first, all) => {
      pieces.set(dense, [...all]);
      return first;
    });
  }
  for (const layers of allContainers(model).flatMap(stacksOf)) {
    const [first, ...others] = layers as [tf.layers.Layer, ...tf.layers.Layer[]];
    const dense = first as unknown as DenseLayer;
    if (joins.has(first)) calls.set(first, () => joined(pieces.get(first)!, dense, parts));
    else calls.set(first, isLarge(first) ? (x) => large(x, dense, parts) : (x) => stack(x, layers, parts));
    for (const layer of others) calls.set(layer, (x) => x);
  }
  const call = (layer: tf.layers.Layer): LayerCall | undefined => calls.get(layer);
  return { Dense: call, Concatenate: call };
}

/** Dense layers and the concatenations of flat inputs that only they take: each input has its own rows of the kernel. */
function joinedInputs(container: tf.LayersModel): [dense: tf.layers.Layer, join: tf.layers.Layer][] {
  return container.layers.flatMap((join): [tf.layers.Layer, tf.layers.Layer][] => {
    if (!isJoin(join) || !isStock(join)) return [];
    const dense = soleFollower(container, join);
    const isFlat = join.inboundNodes.every(({ inputTensors }) => inputTensors.every(({ shape }) => shape.length === 2));
    return dense !== undefined && isFlat && isFlatDense(dense) && !isLarge(dense) ? [[dense, join]] : [];
  });
}

/** Whether a layer is one of TensorFlow.js's dense layers for inputs `[B, n]`. */
export function isFlatDense(layer: tf.layers.Layer): boolean {
  if (layer.getClassName() !== "Dense" || !isStock(layer)) return false;
  return layer.inboundNodes.every(({ inputTensors }) => inputTensors.every(({ shape }) => shape.length === 2));
}

/** Whether what a layer gives goes into a dense layer as it is, which shares its inputs out by columns, not by samples. */
export function feedsDense(layer: tf.layers.Layer): boolean {
  return layer.outboundNodes.some(
    ({ outboundLayer: next }) => isFlatDense(next) || (next.getClassName() === "Flatten" && feedsDense(next)),
  );
}

function isLarge(layer: tf.layers.Layer): boolean {
  return (layer as unknown as DenseLayer).kernel.read().size >= LARGE;
}

/** Runs of dense layers that follow each other with nothing but a rectifier between; a large one is by itself. */
function stacksOf(container: tf.LayersModel): tf.layers.Layer[][] {
  const dense = container.layers.filter(isFlatDense);
  const next = new Map<tf.layers.Layer, tf.layers.Layer>();
  for (const layer of dense) {
    const follower = soleFollower(container, layer);
    if (follower === undefined || !dense.includes(follower) || isLarge(layer) || isLarge(follower)) continue;
    if (isRectifiedOrLinear(layer as unknown as DenseLayer)) next.set(layer, follower);
  }
  const followers = new Set(next.values());
  return dense.filter((layer) => !followers.has(layer)).map((first) => [...chain(first, next)]);
}

function isJoin(layer: tf.layers.Layer): boolean {
  return layer.getClassName() === "Concatenate";
}

function* chain(first: tf.layers.Layer, next: ReadonlyMap<tf.layers.Layer, tf.layers.Layer>): Generator<tf.layers.Layer> {
  for (let layer: tf.layers.Layer | undefined = first; layer !== undefined; layer = next.get(layer)) yield layer;
}

/** What goes through all layers; the last one's activation comes after when it is no rectifier. */
function stack(x: tf.Tensor, layers: readonly tf.layers.Layer[], parts: number): tf.Tensor {
  const dense = layers as unknown as readonly DenseLayer[];
  const kernels = dense.map(({ kernel }) => kernel.read());
  const biases = dense.map(({ bias }, l) => bias?.read() ?? tf.zeros([kernels[l]!.shape[1]!]));
  const last = dense.at(-1)!;
  const y = throughStack(x, kernels, biases, { rectify: dense.map((layer) => (isRectified(layer) ? 1 : 0)), parts });
  return isRectified(last) ? y : last.activation.apply(y);
}

/** A dense layer of inputs that are not put together: what each adds to the sums. */
function joined(inputs: readonly tf.Tensor[], { kernel, bias, activation }: DenseLayer, parts: number): tf.Tensor {
  const weights = kernel.read() as tf.Tensor2D;
  const units = weights.shape[1];
  let from = 0;
  const terms = inputs.map((x, i) => {
    const width = x.shape[1]!;
    const own = tf.slice(weights, [from, 0], [width, units]);
    from += width;
    const offset = i === 0 ? bias?.read() : undefined;
    return throughStack(x, [own], [offset ?? tf.zeros([units])], { rectify: [0], parts });
  });
  return activation.apply(tf.addN(terms));
}

interface StackOptions {
  /** 1 for each layer that ends in a rectifier. */
  rectify: readonly number[];
  parts: number;
}

function throughStack(
  x: tf.Tensor,
  kernels: readonly tf.Tensor[],
  biases: readonly tf.Tensor[],
  { rectify, parts }: StackOptions,
): tf.Tensor {
  const attributes = { layers: { int: kernels.length }, rectify: { ints: rectify }, parts: { int: parts } };
  const compute = tf.customGrad((...args: unknown[]) => {
    const save = args.pop() as tf.GradSaveFunc;
    const inputs = args as tf.Tensor[];
    const outputs = recordOperation(
      "TareaDenseStack",
      attributes,
      inputs,
      kernels.map(({ shape }) => [x.shape[0], shape[1]!]),
    );
    save([...inputs.slice(0, 1 + kernels.length), ...outputs]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      recordOperation(
        "TareaDenseStackGradient",
        { ...attributes, inputs: { bool: true } },
        [dy, ...saved],
        [x.shape, ...kernels.map(({ shape }) => shape), ...biases.map(({ shape }) => shape)],
      );
    return { value: outputs.at(-1)!, gradFunc };
  });
  return compute(x, ...kernels, ...biases);
}

/** One layer with a large kernel. */
function large(x: tf.Tensor, layer: DenseLayer, parts: number): tf.Tensor {
  const { kernel, bias, activation } = layer;
  const rectify = { rectify: { bool: isRectified(layer) } };
  const divided = { parts: { int: parts } };
  const units = kernel.read().shape[1]!;
  const compute = tf.customGrad((...args: unknown[]) => {
    const [inputs, weights, offset, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [y] = recordOperation("TareaDense", { ...rectify, ...divided }, [inputs, weights, offset], [[x.shape[0], units]]);
    save([inputs, weights, y!]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [before, w, after] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const [dz, dbias] = recordOperation(
        "TareaDenseOutputGradient",
        { ...rectify, ...divided },
        [dy, after],
        [dy.shape, [units]],
      );
      const [dx] = recordOperation("TareaDenseInputGradient", divided, [dz!, w], [before.shape]);
      const [dw] = recordOperation(KERNEL_GRADIENT, divided, [before, dz!], [w.shape]);
      return [dx!, dw!, dbias!];
    };
    return { value: y!, gradFunc };
  });
  const y = compute(x, kernel.read(), bias?.read() ?? tf.zeros([units]));
  return rectify.rectify.bool ? y : activation.apply(y);
}
