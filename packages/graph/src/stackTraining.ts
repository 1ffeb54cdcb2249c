/** Models that are one stack of dense layers: an operation of our own runs all steps of a call, with no graph around them. */

import type * as tf from "@tensorflow/tfjs";
import { addFloatCast, scaleOf, type StoredTypes } from "./batch.js";
import { isClipping } from "./clipping.js";
import { isFlatDense, isLarge, type DenseLayer } from "./denseOperations.js";
import { isOnlyEnding } from "./ending.js";
import { DT, type Output } from "./graph.js";
import { isRectified, isRectifiedOrLinear, isStock, soleFollower } from "./layerCalls.js";
import type { Loss } from "./losses.js";
import { storedType } from "./native.js";
import { attributesOf } from "./ownUpdates.js";
import type { ProgramContext, TrainProgram } from "./trainProgram.js";
import { addPrivate } from "./variables.js";

/** 1 for each layer of the stack that ends in a rectifier, 0 for each that is linear; the ending of the loss is left out. */
export type StackedLayers = readonly number[];

/** The layers of a model that the operation trains; `undefined` when it has or is to be given anything that the operation does not know. */
export function stackedLayers(context: ProgramContext): StackedLayers | undefined {
  const { own, optimizer, accumulateSteps, augmentation, clipping, trainee } = context;
  const { model, loss } = trainee;
  if (!own || optimizer.rule === undefined || accumulateSteps > 1 || augmentation !== undefined || isClipping(clipping))
    return undefined;
  if (model === undefined || !hasLoss(loss)) return undefined;
  const layers = chainOf(model);
  if (layers === undefined) return undefined;
  const stack = (isOnlyEnding(model, loss.ending!) ? layers.slice(0, -1) : layers).filter((layer) => !isShape(layer));
  const weights = stack.flatMap((layer) => weightsOf(layer) ?? []);
  if (weights.length !== 2 * stack.length || !isEqual(weights, trainee.weights) || !isEqual(weights, trainee.trainable))
    return undefined;
  const last = stack.at(-1);
  const isKnown = (layer: tf.layers.Layer) => {
    const dense = layer as unknown as DenseLayer;
    return isRectifiedOrLinear(dense) || (layer === last && dense.activation.getClassName() === loss.ending);
  };
  if (last === undefined || !stack.every(isKnown)) return undefined;
  return stack.map((layer) => (isRectified(layer as unknown as DenseLayer) ? 1 : 0));
}

function hasLoss({ name, classIds, scaleLabels }: Loss): boolean {
  return !scaleLabels && (name === "categoricalCrossentropy" ? classIds : name === "binaryCrossentropy" && !classIds);
}

/** All layers of a model whose layers follow each other one by one. */
function chainOf(model: tf.LayersModel): tf.layers.Layer[] | undefined {
  const chain: tf.layers.Layer[] = [];
  for (let layer: tf.layers.Layer | undefined = model.inputLayers[0]; layer !== undefined; layer = soleFollower(model, layer))
    chain.push(layer);
  return chain.length === model.layers.length ? chain : undefined;
}

/** Whether a layer leaves numbers and their order as they are. */
function isShape(layer: tf.layers.Layer): boolean {
  if (layer.getClassName() === "InputLayer") return true;
  const { dataFormat } = layer as unknown as { dataFormat?: string };
  return layer.getClassName() === "Flatten" && isStock(layer) && dataFormat !== "channelsFirst";
}

/** Kernel and bias of a dense layer that has nothing else to it and is not large enough to be worked on by itself. */
function weightsOf(layer: tf.layers.Layer): tf.Tensor[] | undefined {
  if (!isFlatDense(layer) || isLarge(layer)) return undefined;
  const { kernel, bias, kernelRegularizer, biasRegularizer, activityRegularizer } = layer as unknown as DenseLayer;
  const isPlain = [kernelRegularizer, biasRegularizer, activityRegularizer].every((one) => one === null || one === undefined);
  return bias === null || !isPlain ? undefined : [kernel.read(), bias.read()];
}

function isEqual(weights: readonly tf.Tensor[], others: readonly tf.Tensor[]): boolean {
  return weights.length === others.length && weights.every((weight, i) => weight === others[i]);
}

/** Adds the operation; gives what the steps leave behind, float32 `[n, 3]`. */
export function addStackTraining(
  context: ProgramContext,
  layers: StackedLayers,
  { name, feeds, types }: { name: string; feeds: Omit<TrainProgram, "results">; types: StoredTypes },
): Output {
  const { graph, weights, slots, optimizer, shards, trainee } = context;
  const memory = (arrays: ProgramContext["weights"]) => {
    const values = arrays.map(({ blocks }) => addPrivate(graph, blocks[0]!, name).value);
    return [0, 1].flatMap((offset) => values.filter((_, i) => i % 2 === offset));
  };
  const ids = trainee.loss.classIds;
  const labels =
    ids || types.labels === "float32" ? feeds.labels : addFloatCast(graph, feeds.labels, types.labels, `${name}/cast`);
  const noWeights = graph.float([], { name: `${name}/noWeights` });
  const inputs = [feeds.inputs, labels, feeds.weights ?? noWeights, feeds.rows, feeds.rates];
  return graph.add("TareaTrainStack", [...inputs, ...memory(weights), ...slots.flatMap(memory)], {
    name: `${name}/steps`,
    attributes: {
      ...attributesOf(optimizer.rule!),
      T: { type: storedType(types.inputs) },
      L: { type: ids ? DT.int32 : DT.float },
      layers: { int: layers.length },
      slot_count: { int: 2 * layers.length * slots.length },
      rectify: { ints: layers },
      scale: { float: scaleOf(types.inputs) },
      parts: { int: shards },
    },
  });
}
