/** Normalization over a batch with its gradient: one operation of TensorFlow where the backend has it, else a few of TensorFlow.js. */

import * as tf from "@tensorflow/tfjs";

export interface NormalizeBatchOptions {
  /** What each channel is multiplied with and what is added to it, `[C]`. */
  scale: tf.Tensor;
  offset: tf.Tensor;
  /** Added to the variance. */
  epsilon: number;
}

/** The input with mean 0 and variance 1 in each channel, times `scale`, plus `offset`; and what was taken off, over all positions. */
export interface NormalizedBatch {
  /** Shape of the input. */
  y: tf.Tensor;
  /** `[C]` */
  mean: tf.Tensor;
  /** `[C]`, divided by the number of positions. */
  variance: tf.Tensor;
}

/** Normalizes `x`, `[B, ..., C]`. Gradients flow through `y` to `x`, scale and offset; the statistics are the caller's to dispose. */
export function normalizeBatch(x: tf.Tensor, { scale, offset, epsilon }: NormalizeBatchOptions): NormalizedBatch {
  const channels = x.shape.at(-1)!;
  const count = x.size / channels;
  const fused = fusedBackend();
  let statistics: [mean: tf.Tensor, variance: tf.Tensor] | undefined;
  const normalize = tf.customGrad((...args: unknown[]) => {
    const [rows, factor, shift, save] = args as [tf.Tensor2D, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const pass =
      fused === undefined ? composedPass(rows, factor, shift, epsilon) : fusedPass(fused, rows, factor, shift, epsilon);
    statistics = [tf.keep(pass.mean), tf.keep(pass.variance)];
    save([rows, factor, ...pass.saved]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] =>
      fused === undefined ? composedGradients(dy, saved) : fusedGradients(fused, dy, saved, epsilon);
    return { value: pass.y, gradFunc };
  });
  const y = tf.tidy(() => tf.reshape(normalize(tf.reshape(x, [count, channels]), scale, offset), x.shape));
  const [mean, variance] = statistics!;
  return { y, mean, variance };
}

interface Pass {
  /** `[N, C]` */
  y: tf.Tensor;
  mean: tf.Tensor;
  variance: tf.Tensor;
  /** What the gradient needs. */
  saved: tf.Tensor[];
}

function composedPass(rows: tf.Tensor2D, scale: tf.Tensor, offset: tf.Tensor, epsilon: number): Pass {
  const mean = tf.mean(rows, 0);
  const centered = tf.sub(rows, mean);
  const variance = tf.mean(tf.square(centered), 0);
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  const normal = tf.mul(centered, inverse); // [N, C]
  return { y: tf.add(tf.mul(normal, scale), offset), mean, variance, saved: [normal, inverse] };
}

/** The gradients of rows, scale and offset. */
function composedGradients(dy: tf.Tensor, [, scale, normal, inverse]: tf.Tensor[]): tf.Tensor[] {
  const [count] = dy.shape as [number, number];
  const dScale = tf.sum(tf.mul(dy, normal!), 0);
  const dOffset = tf.sum(dy, 0);
  const deviations = tf.sub(dy, tf.div(tf.add(dOffset, tf.mul(normal!, dScale)), count));
  return [tf.mul(deviations, tf.mul(scale!, inverse!)), dScale, dOffset];
}

interface OperationAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** TensorFlow's own backend, as far as it is needed. */
interface FusedBackend {
  binding: Readonly<Record<"TF_ATTR_TYPE" | "TF_ATTR_FLOAT" | "TF_ATTR_STRING" | "TF_ATTR_BOOL" | "TF_FLOAT", number>>;
  executeMultipleOutputs(name: string, attributes: OperationAttribute[], inputs: tf.Tensor[], outputs: number): tf.Tensor[];
}

/** The current backend when it is TensorFlow's. */
function fusedBackend(): FusedBackend | undefined {
  const backend = tf.backend() as unknown as Partial<FusedBackend>;
  return backend.binding !== undefined && backend.executeMultipleOutputs !== undefined ? (backend as FusedBackend) : undefined;
}

function fusedPass(backend: FusedBackend, rows: tf.Tensor2D, scale: tf.Tensor, offset: tf.Tensor, epsilon: number): Pass {
  const [count, channels] = rows.shape;
  const none = tf.tensor1d([]);
  const factor = { name: "exponential_avg_factor", type: backend.binding.TF_ATTR_FLOAT, value: 1 };
  const inputs = [tf.reshape(rows, [count, 1, 1, channels]), scale, offset, none, none];
  const [y, mean, sampleVariance, ...saved] = backend.executeMultipleOutputs(
    "FusedBatchNormV3",
    [...attributesOf(backend, epsilon), factor],
    inputs,
    6,
  );
  // It divides by N - 1, where the moving average of Keras takes N.
  const variance = tf.mul(sampleVariance!, Math.max(count - 1, 1) / count);
  return { y: tf.reshape(y!, rows.shape), mean: mean!, variance, saved };
}

/** The gradients of rows, scale and offset. */
function fusedGradients(
  backend: FusedBackend,
  dy: tf.Tensor,
  [rows, scale, ...saved]: tf.Tensor[],
  epsilon: number,
): tf.Tensor[] {
  const [count, channels] = rows!.shape as [number, number];
  const image: [number, number, number, number] = [count, 1, 1, channels];
  const inputs = [tf.reshape(dy, image), tf.reshape(rows!, image), scale!, ...saved];
  const [dRows, dScale, dOffset] = backend.executeMultipleOutputs(
    "FusedBatchNormGradV3",
    attributesOf(backend, epsilon),
    inputs,
    5,
  );
  return [tf.reshape(dRows!, rows!.shape), dScale!, dOffset!];
}

function attributesOf({ binding }: FusedBackend, epsilon: number): OperationAttribute[] {
  return [
    { name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: "U", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: "epsilon", type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: "data_format", type: binding.TF_ATTR_STRING, value: "NHWC" },
    { name: "is_training", type: binding.TF_ATTR_BOOL, value: true },
  ];
}
