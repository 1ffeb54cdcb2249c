/** Dropout whose masks come from the run's seed and the step's number, for any model with TensorFlow.js's dropout layers. */

import * as tf from "@tensorflow/tfjs";
import { scramble, stepStream, streamSeedPair, TareaError } from "@tarea/core";
import { DT, type Output } from "./graph.js";
import { allLayers, type LayerCall } from "./layerCalls.js";
import { inParts } from "./parts.js";
import { recordOperation, type Recording } from "./recorder.js";

export interface MaskOptions {
  /** The stream is `dropout/<layer name>` of the seed. */
  layerName: string;
  shape: number[];
  /** Share of zeros. */
  rate: number;
}

/** Draws zeros with probability `rate`, else 1 / (1 - rate): the mask of this layer and step. */
export type DrawMask = (options: MaskOptions) => tf.Tensor;

/** Layers whose draws have no seed and would be the same in every compiled step. */
const UNSEEDED = ["GaussianNoise", "GaussianDropout", "AlphaDropout"];

/** The training pass of a dropout layer with the masks of `drawMask`, for a batch in parts of `sizes`. */
export function maskedDropout(drawMask: DrawMask, sizes?: readonly number[]): (layer: tf.layers.Layer) => LayerCall {
  return (layer) => {
    const { rate, noiseShape } = layer.getConfig() as { rate: number; noiseShape?: number[] | null };
    return (x) => {
      if (rate === 0) return x;
      const shape = x.shape.map((size, i) => noiseShape?.[i] ?? size);
      const mask = drawMask({ layerName: layer.name, shape, rate });
      if (sizes === undefined || shape[0] !== x.shape[0]) return tf.mul(x, mask);
      return inParts(sizes, [x, mask], ([part, own]) => tf.mul(part!, own!));
    };
  };
}

/** @throws TareaError when the model has layers that draw without a seed. */
export function checkDraws(model: tf.LayersModel): void {
  for (const layer of allLayers(model)) {
    const className = layer.getClassName();
    const { dropout = 0, recurrentDropout = 0 } = layer.getConfig() as { dropout?: number; recurrentDropout?: number };
    if (!UNSEEDED.includes(className) && !(dropout > 0) && !(recurrentDropout > 0)) continue;
    throw new TareaError({
      code: "trace",
      where: `compileTraining(${model.name})`,
      problem: `the layer ${layer.name} (${className}) draws random numbers that no seed repeats`,
      hint: "Use Dropout layers, whose masks come from the run's seed.",
    });
  }
}

/** Masks made in TypeScript, for step number `step`: the reference. */
export function plainMasks(seed: number, step: number): DrawMask {
  return ({ layerName, shape, rate }) => {
    const stream = stepStream(seed, `dropout/${layerName}`, step);
    const [limit, kept] = [Math.fround(rate), 1 / (1 - rate)];
    const size = shape.reduce((product, length) => product * length, 1);
    return tf.tensor(
      Float32Array.from({ length: size }, () => (stream.uniform() >= limit ? kept : 0)),
      shape,
    );
  };
}

/**
 * Masks drawn in the graph, once per layer; `step` is the step's number, an int32 scalar. Element for element those of `plainMasks`.
 */
export function graphMasks(recording: Recording, seed: number, step: Output): DrawMask {
  const drawn = new Map<string, Output>();
  return (options) => {
    const drawing = `${options.layerName} ${options.shape.join()}`;
    const output = drawn.get(drawing) ?? addMask(recording, seed, step, options);
    drawn.set(drawing, output);
    const mask = tf.ones(options.shape);
    recording.bind(mask, output);
    return mask;
  };
}

/**
 * Dropout in one operation of our own, which draws the numbers of `plainMasks` where it uses them, forward and again backward. `undefined`
 * for layers whose masks have another shape than their inputs.
 */
export function ownDropout(
  { recording, seed, step }: { recording: Recording; seed: number; step: Output },
  parts: number,
): (layer: tf.layers.Layer) => LayerCall | undefined {
  return (layer) => {
    const { rate, noiseShape } = layer.getConfig() as { rate: number; noiseShape?: number[] | null };
    if (rate === 0 || noiseShape) return undefined;
    const { key, counter } = scramble(streamSeedPair(seed, `dropout/${layer.name}`));
    const attributes = {
      rate: { float: rate },
      scale: { float: 1 / (1 - rate) },
      stream: { ints: [...key, counter[2], counter[3]] },
      parts: { int: parts },
    };
    return (x) => {
      const number = tf.scalar(0, "int32");
      recording.bind(number, step);
      const drop = (values: tf.Tensor) => recordOperation("TareaDropout", attributes, [values, number], [x.shape])[0]!;
      const compute = tf.customGrad((...args: unknown[]) => ({
        value: drop(args[0] as tf.Tensor),
        gradFunc: (dy: tf.Tensor) => drop(dy),
      }));
      return compute(x);
    };
  };
}

function addMask(recording: Recording, seed: number, step: Output, { layerName, shape, rate }: MaskOptions): Output {
  const { key, counter } = scramble(streamSeedPair(seed, `dropout/${layerName}`));
  const [int32, uint64, float] = [{ type: DT.int32 }, { type: DT.uint64 }, { type: DT.float }];
  const wide = recording.add("Cast", [step], { SrcT: int32, DstT: uint64 });
  const low = recording.add("LeftShift", [wide, recording.constant(words64([32, 0], []))], { T: uint64 });
  const high = recording.constant(words64([counter[2], counter[3]], []));
  const position = recording.add("Pack", [low, high], { T: uint64, N: { int: 2 }, axis: { int: 0 } });
  const address = [recording.constant(words64(key, [1])), position, recording.int(PHILOX)];
  const uniform = recording.add("StatelessRandomUniformV2", [recording.ints(shape), ...address], { dtype: float, Tshape: int32 });
  const keep = recording.add("GreaterEqual", [uniform, recording.float(rate)], { T: float });
  const ones = recording.add("Cast", [keep], { SrcT: { type: DT.bool }, DstT: float });
  return recording.add("Mul", [ones, recording.float(1 / (1 - rate))], { T: float });
}

/** TensorFlow's number for the Philox generator. */
const PHILOX = 1;

/** One 64-bit number from two words, the low one first. */
function words64(words: readonly [number, number], shape: number[]) {
  return { type: DT.uint64, shape, data: new Uint8Array(Uint32Array.from(words).buffer) };
}
