/** Dense layers behind a concatenation: each input meets its own rows of the kernel, and the inputs are not put together. */

import * as tf from "@tensorflow/tfjs";
import { isFlatDense, isLarge, throughStack, type DenseLayer } from "./denseOperations.js";
import { trainedKernel, type BlockedWeight, type Division } from "./kernelBlocks.js";
import { allContainers, isStock, soleFollower } from "./layerCalls.js";
import { splitMatrix } from "./pieces.js";

/** The weights that are in blocks. */
export type BlockedWeights = ReadonlyMap<tf.Variable, BlockedWeight>;

/** The dense layers of `container` whose inputs a concatenation puts together that only they take. */
export function joinedDenseLayers(container: tf.LayersModel, blocked?: BlockedWeights): JoinedDense[] {
  return container.layers.flatMap((join) => {
    if (join.getClassName() !== "Concatenate" || !isStock(join)) return [];
    const dense = soleFollower(container, join);
    const isFlat = join.inboundNodes.every(({ inputTensors }) => inputTensors.every(({ shape }) => shape.length === 2));
    if (dense === undefined || !isFlat || !isFlatDense(dense) || isLarge(dense)) return [];
    return [new JoinedDense(join, dense, { layers: container.layers, blocked })];
  });
}

/** The trained kernels of such layers, each cut into the rows that its inputs meet: no step has to copy those out of it. */
export function joinedDivisions(model: tf.LayersModel): Map<tf.Variable, Division> {
  const divisions = new Map<tf.Variable, Division>();
  for (const { dense, widths } of allContainers(model).flatMap((container) => joinedDenseLayers(container))) {
    const kernel = trainedKernel(dense);
    if (kernel !== undefined) divisions.set(kernel, { axis: 0, sizes: widths });
  }
  return divisions;
}

/** One such layer and what it works with during a pass through the model. */
export class JoinedDense {
  readonly join: tf.layers.Layer;
  readonly dense: tf.layers.Layer;
  /**
   * A large layer that takes one of the inputs, too: when the dense layer has one unit, the large one works out what that input adds,
   * while it has it at hand, and `give`s it.
   */
  readonly partner: tf.layers.Layer | undefined;
  /** Of the inputs; the kernel has as many rows for each. */
  readonly widths: readonly number[];
  readonly #layer: DenseLayer;
  /** The input that the partner takes. */
  readonly #shared: number;
  #inputs: readonly tf.Tensor[] = [];
  #rows: readonly tf.Tensor[] | undefined;
  #given: tf.Tensor | undefined;

  /** `layers`: all of the same model. */
  constructor(
    join: tf.layers.Layer,
    dense: tf.layers.Layer,
    { layers, blocked }: { layers: readonly tf.layers.Layer[]; blocked: BlockedWeights | undefined },
  ) {
    this.join = join;
    this.dense = dense;
    const { inputTensors } = join.inboundNodes[0]!;
    this.#layer = dense as unknown as DenseLayer;
    this.widths = inputTensors.map(({ shape }) => shape[1]!);
    this.#rows = blocked?.get(this.#layer.kernel.read() as tf.Variable)?.blocks;
    const takes = (layer: tf.layers.Layer) => inputTensors.indexOf(layer.inboundNodes[0]!.inputTensors[0]!);
    if (this.#layer.kernel.read().shape[1] === 1)
      this.partner = layers.find((layer) => isFlatDense(layer) && isLarge(layer) && takes(layer) >= 0 && leadsTo(layer, join));
    this.#shared = this.partner === undefined ? -1 : takes(this.partner);
  }

  /** The rows of the kernel, `[n, 1]`, that the partner's input meets. */
  column(): tf.Tensor {
    return this.#rowsOfInputs()[this.#shared]!;
  }

  /** What the partner's input adds to the sums, `[B, 1]`. */
  give(sums: tf.Tensor): void {
    this.#given = sums;
  }

  take(inputs: readonly tf.Tensor[]): void {
    this.#inputs = [...inputs];
  }

  /** What the dense layer gives; ends the pass. */
  call(parts: number): tf.Tensor {
    const { bias, activation } = this.#layer;
    const rows = this.#rowsOfInputs();
    const none = tf.zeros([rows[0]!.shape[1]!]);
    const withBias = this.#inputs.findIndex((_, i) => !this.#isGiven(i));
    const sums = this.#inputs.map((x, i) => {
      if (this.#isGiven(i)) return this.#given!;
      return throughStack(x, [rows[i]!], [i === withBias ? (bias?.read() ?? none) : none], { rectify: [0], parts });
    });
    this.#rows = this.#given = undefined;
    return activation.apply(tf.addN(sums));
  }

  #isGiven(input: number): boolean {
    return this.#given !== undefined && input === this.#shared;
  }

  #rowsOfInputs(): readonly tf.Tensor[] {
    this.#rows ??= splitMatrix(this.#layer.kernel.read(), this.widths, 0);
    return this.#rows;
  }
}

/** Whether what `layer` gives goes into `target`, by way of other layers or not. */
function leadsTo(layer: tf.layers.Layer, target: tf.layers.Layer): boolean {
  const seen = new Set<tf.layers.Layer>();
  const open = [layer];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === target) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...next.outboundNodes.map(({ outboundLayer }) => outboundLayer));
  }
  return false;
}
