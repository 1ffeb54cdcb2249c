/** Dropout whose masks come from the run's seed and the step's number, for any model with TensorFlow.js's dropout layers. */

import * as tf from "@tensorflow/tfjs";
import { scramble, stepStream, streamSeedPair, TareaError, type PhiloxBlock } from "@tarea/core";
import { DT, type Output } from "./graph.js";
import type { Recording } from "./recorder.js";

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

/** Runs `task` while every dropout layer of `model` takes its mask from `drawMask`. */
export function withDropout<T>(model: tf.LayersModel, drawMask: DrawMask, task: () => T): T {
  const layers = allLayers(model).filter((layer) => layer.getClassName() === "Dropout");
  for (const layer of layers) {
    const { rate, noiseShape } = layer.getConfig() as { rate: number; noiseShape?: number[] | null };
    layer.call = (inputs) => {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      if (rate === 0) return x;
      const shape = x.shape.map((size, i) => noiseShape?.[i] ?? size);
      return tf.mul(x, drawMask({ layerName: layer.name, shape, rate }));
    };
  }
  try {
    return task();
  } finally {
    for (const layer of layers) delete (layer as { call?: unknown }).call;
  }
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

/** Masks drawn in the graph; `step` is the step's number, an int32 scalar. Element for element those of `plainMasks`. */
export function graphMasks(recording: Recording, seed: number, step: Output): DrawMask {
  return ({ layerName, shape, rate }) => {
    const { key, counter } = scramble(streamSeedPair(seed, `dropout/${layerName}`));
    const [int32, uint64, float] = [{ type: DT.int32 }, { type: DT.uint64 }, { type: DT.float }];
    const wide = recording.add("Cast", [step], { SrcT: int32, DstT: uint64 });
    const low = recording.add("LeftShift", [wide, recording.constant(words64([32, 0], []))], { T: uint64 });
    const high = recording.constant(words64(counter.slice(2) as [number, number], []));
    const position = recording.add("Pack", [low, high], { T: uint64, N: { int: 2 }, axis: { int: 0 } });
    const uniform = recording.add(
      "StatelessRandomUniformV2",
      [recording.ints(shape), recording.constant(words64(key, [1])), position, recording.int(PHILOX)],
      {
        dtype: float,
        Tshape: int32,
      },
    );
    const keep = recording.add("GreaterEqual", [uniform, recording.float(rate)], { T: float });
    const ones = recording.add("Cast", [keep], { SrcT: { type: DT.bool }, DstT: float });
    const mask = tf.tensor(new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(1), shape);
    recording.bind(mask, recording.add("Mul", [ones, recording.float(1 / (1 - rate))], { T: float }));
    return mask;
  };
}

/** The layers of a model and of the models in it. */
function allLayers(model: tf.LayersModel): tf.layers.Layer[] {
  return model.layers.flatMap((layer) => ("layers" in layer ? allLayers(layer as unknown as tf.LayersModel) : [layer]));
}

/** TensorFlow's number for the Philox generator. */
const PHILOX = 1;

/** One 64-bit number from two words, the low one first. */
function words64(words: readonly [number, number] | PhiloxBlock, shape: number[]) {
  return { type: DT.uint64, shape, data: new Uint8Array(Uint32Array.from(words).buffer) };
}
