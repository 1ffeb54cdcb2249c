/** Builds a preset, for its own data or for other shapes. */

import type * as tf from "@tensorflow/tfjs";
import { checkKnownOptions, checkOneOf, TareaError } from "@tarea/core";
import { PRESETS, type Preset } from "./presets.js";

export interface CreateModelOptions {
  /** Shape of one sample; default: the preset's. */
  inputShape?: readonly number[];
  /** Number of classes, or of outputs where there are none; default: the preset's. */
  classes?: number;
  /** Seed of the initial weights, a whole number from 0; `null` draws nothing and leaves kernels at zero. Default 0. */
  seed?: number | null;
  /** Name of the model; default: the preset's id. */
  name?: string;
}

/**
 * Builds the model that a report calls `presetId`. The caller disposes it.
 *
 * @throws TareaError for unknown presets and options, and for shapes that the preset cannot take.
 * @example
 * const model = createModel("d4", { seed: 1 }); // LeNet-5, 62,006 parameters
 */
export function createModel(presetId: string, options: CreateModelOptions = {}): tf.LayersModel {
  const preset = findPreset(presetId);
  const where = `createModel(${preset.id})`;
  checkKnownOptions(where, options, ["inputShape", "classes", "seed", "name"]);
  const { inputShape = preset.inputShape, classes = preset.classes, seed = 0, name = preset.id } = options;
  const model = preset.build({ inputShape, classes, seed, name });
  const [given, built] = [[...inputShape], model.inputs[0]!.shape.slice(1)];
  if (given.join() === built.join() && fits(model, preset, classes)) return model;
  model.dispose();
  throw new TareaError({
    code: "shape",
    where,
    problem: "the model takes one input shape and number of classes only",
    expected: `[${preset.inputShape.join(", ")}] and ${preset.classes}`,
    received: `[${inputShape.join(", ")}] and ${classes}`,
  });
}

/** @throws TareaError when there is no such preset; it names the nearest, or those that an architecture's name stands for. */
export function findPreset(presetId: string): Preset {
  const ids = PRESETS.map(({ id }) => id);
  const built = PRESETS.filter(({ architecture }) => architecture === presetId).map(({ id }) => id);
  if (built.length > 0) {
    throw new TareaError({
      code: "option",
      where: "createModel",
      problem: "that is an architecture, no preset",
      expected: `one of its presets, ${built.join(", ")}`,
      received: JSON.stringify(presetId),
      hint: `For other options call ${presetId}({ … }).`,
    });
  }
  const id = checkOneOf("createModel", "preset", presetId, ids);
  return PRESETS.find((preset) => preset.id === id)!;
}

/** Whether the outputs are as many as asked for: one each, or one for 2 classes; an autoencoder has none. */
function fits(model: tf.LayersModel, preset: Preset, classes: number): boolean {
  const shape = model.outputs[0]!.shape;
  if (shape.length > 2) return classes === preset.classes;
  return shape[1] === (preset.loss === "binaryCrossentropy" && classes === 2 ? 1 : classes);
}
