/**
 * A TensorFlow.js backend that writes every operation down as a node of a graph. Native TensorFlow runs an operation whose shape is not
 * known otherwise, and its large results are let go: a trace of any model takes the memory of its largest operation. It shares the native
 * backend's tensors, so nothing is moved when a trace begins or ends.
 */

import * as tf from "@tensorflow/tfjs";
import { sizeOf, TareaError } from "@tarea/core";
import { nativeBackend, nativeBackendClass, type NodeBackend, type TFEOpAttr } from "@tarea/engine/native";
import { inferShapes, MOST_KEPT } from "./inferredShapes.js";
import { registerOwnKernels } from "./kernels.js";
import { withoutDraws } from "./withoutDraws.js";
import {
  DT,
  nameOf,
  numbers,
  typeOf,
  type Attribute,
  type ConstantValue,
  type Graph,
  type GraphNode,
  type Output,
} from "./graph.js";

/** The name under which the recording backend is registered with TensorFlow.js; another copy of this package takes another one. */
const RECORDER = "tarea-recorder";

/** The recording backend: the native one plus what `trace` and our own kernels need. */
export interface Recorder extends NodeBackend {
  recording: Recording | undefined;
  /** A float32 tensor whose zeros take no memory; only for a trace, which never looks at values. */
  standIn(shape: readonly number[]): tf.Tensor;
}

/** The number of a tensor that native TensorFlow does not have. */
const NONE = -1;

/** A tensor as the native backend keeps it: by its native number, or, until it is needed there, by its values. */
interface NativeEntry {
  shape: readonly number[];
  dtype: number;
  id: number;
  values: Float32Array | null;
  refCount: number;
}

/** One trace: which tensor is which output of the graph. */
export class Recording {
  readonly graph: Graph;
  /** Prefix of the names of all nodes. */
  readonly scope: string;
  /** A node of the loop's body that constants wait for, so that they belong to the body. */
  readonly anchor: GraphNode | undefined;
  #outputs = new Map<object, Output>();
  /** Shapes of outputs, by name. */
  #shapes = new Map<string, readonly number[]>();
  #constants = new Map<string, Output>();

  constructor(graph: Graph, scope: string, anchor?: GraphNode) {
    this.graph = graph;
    this.scope = scope;
    this.anchor = anchor;
  }

  /** From here on `tensor` stands for `output`. */
  bind(tensor: tf.TensorInfo, output: Output): void {
    this.#outputs.set(tensor.dataId, output);
    if (!this.#shapes.has(nameOf(output))) this.#shapes.set(nameOf(output), tensor.shape);
  }

  /** The output that computes `tensor`, or `undefined` for a tensor that was not made in this trace: a constant. */
  outputOf(tensor: tf.TensorInfo): Output | undefined {
    return this.#outputs.get(tensor.dataId);
  }

  /** Adds a node below the scope. */
  add(op: string, inputs: readonly Output[], attributes: Readonly<Record<string, Attribute>> = {}): Output {
    return this.graph.add(op, inputs, { name: this.scope + op, attributes });
  }

  /** A constant in the loop's body; small ones that are equal are one node. */
  constant(value: ConstantValue): Output {
    const key = value.data.length <= 64 ? `${value.type}/${value.shape.join()}/${value.data.join()}` : undefined;
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const output = this.graph.constant(value, {
      name: `${this.scope}Const`,
      controls: this.anchor === undefined ? [] : [this.anchor],
    });
    if (key !== undefined) this.#constants.set(key, output);
    return output;
  }

  /** A scalar constant in the loop's body. */
  float(value: number): Output {
    return this.constant(numbers(DT.float, value));
  }

  int(value: number): Output {
    return this.constant(numbers(DT.int32, value));
  }

  /** A vector of whole numbers: a shape, axes. */
  ints(values: readonly number[]): Output {
    return this.constant(numbers(DT.int32, values));
  }

  /** The shape that `tensor` had before it was reshaped, or its own. */
  shapeBefore(tensor: tf.TensorInfo): readonly number[] {
    const output = this.#outputs.get(tensor.dataId);
    return (output && this.#shapes.get(nameOf(sourceOf(output)))) ?? tensor.shape;
  }

  /** Points a tensor that `Reshape` made past that reshape when its input has the shape already, and past reshapes before it. */
  simplifyReshape(result: tf.TensorInfo): void {
    const output = this.#outputs.get(result.dataId);
    if (output?.node.op !== "Reshape") return;
    const source = sourceOf(output);
    const shape = this.#shapes.get(nameOf(source));
    if (shape !== undefined && shape.join() === result.shape.join()) this.bind(result, source);
    else if (source !== output.node.inputs[0])
      this.bind(result, this.add("Reshape", [source, output.node.inputs[1]!], output.node.attributes));
  }

  /** Points tensors that `SplitV` cut out of a concatenation of just these pieces at the pieces. */
  simplifySplit(results: readonly tf.TensorInfo[], x: tf.TensorInfo): void {
    const output = this.#outputs.get(x.dataId);
    if (output?.node.op !== "ConcatV2" || !isZero(output.node.inputs.at(-1)!)) return;
    const pieces = output.node.inputs.slice(0, -1);
    const fits = (result: tf.TensorInfo, i: number) => this.#shapes.get(nameOf(pieces[i]!))?.join() === result.shape.join();
    if (pieces.length === results.length && results.every(fits)) results.forEach((result, i) => this.bind(result, pieces[i]!));
  }

  /** The output for `tensor`; a tensor from outside the trace becomes a constant with its present values. */
  use(tensor: tf.TensorInfo): Output {
    const known = this.#outputs.get(tensor.dataId);
    if (known !== undefined) return known;
    const values = nativeBackend().readSync(tensor.dataId) as Float32Array | Int32Array | Uint8Array;
    const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
    const output = this.constant({ type: typeOf(tensor.dtype, "trace"), shape: tensor.shape, data });
    this.bind(tensor, output);
    return output;
  }
}

/** What went into a reshape, or into the reshapes before it. */
function sourceOf(output: Output): Output {
  return output.node.op === "Reshape" ? sourceOf(output.node.inputs[0]!) : output;
}

/** Whether an output is the constant 0, int32. */
function isZero({ node }: Output): boolean {
  const value = node.attributes["value"];
  return node.op === "Const" && value !== undefined && "tensor" in value && value.tensor.data.every((byte) => byte === 0);
}

/** Runs `task` on the recording backend, synchronously, and goes back to the native one. */
export function trace<T>(recording: Recording, task: () => T): T {
  const { name, recorder } = registeredRecorder();
  recorder.recording = recording;
  void tf.setBackend(name);
  try {
    return withoutDraws(task);
  } finally {
    recorder.recording = undefined;
    void tf.setBackend("tensorflow");
  }
}

/**
 * Writes an operation of our own down, on the recording backend; it is not run for its shapes, which the caller knows: zeros stand for
 * its results.
 */
export function recordOperation(
  op: string,
  attributes: Readonly<Record<string, Attribute>>,
  inputs: readonly tf.Tensor[],
  shapes: readonly (readonly number[])[],
): tf.Tensor[] {
  const recorder = tf.backend() as unknown as Recorder;
  const recording = recorder.recording!;
  const { node } = recording.add(
    op,
    inputs.map((input) => recording.use(input)),
    attributes,
  );
  return shapes.map((shape, index) => {
    const result = recorder.standIn(shape);
    recording.bind(result, { node, index });
    return result;
  });
}

/** `tf.tidy` for results that hold no tensors, which it would search. */
export function tidily<T>(task: () => T): T {
  let result!: T;
  tf.tidy(() => {
    result = task();
  });
  return result;
}

let registered: { name: string; recorder: Recorder } | undefined;

function registeredRecorder(): { name: string; recorder: Recorder } {
  if (registered !== undefined) return registered;
  const recorder = createRecorder();
  let name = RECORDER;
  for (let i = 2; tf.findBackendFactory(name) !== null; i++) name = `${RECORDER}-${i}`;
  tf.copyRegisteredKernels("tensorflow", name);
  registerOwnKernels(name);
  tf.registerBackend(name, () => recorder, 0);
  registered = { name, recorder };
  return registered;
}

function createRecorder(): Recorder {
  const native = nativeBackend();
  const { tensorMap } = native as unknown as { tensorMap: tf.DataStorage<NativeEntry> };
  class RecordingBackend extends nativeBackendClass() {
    recording: Recording | undefined;

    override executeSingleOutput(name: string, attributes: TFEOpAttr[], inputs: tf.TensorInfo[]): tf.Tensor {
      return this.executeMultipleOutputs(name, attributes, inputs, 1)[0]!;
    }

    override executeMultipleOutputs(name: string, attributes: TFEOpAttr[], inputs: tf.TensorInfo[], count: number): tf.Tensor[] {
      const { recording } = this;
      const shapes = recording && inferShapes(name, attributes, inputs);
      const results = shapes?.map((shape) => this.standIn(shape)) ?? this.#run(name, attributes, inputs, count);
      if (recording !== undefined) {
        const { node } = recording.add(
          name,
          inputs.map((input) => recording.use(input)),
          Object.fromEntries(attributes.map((attribute) => [attribute.name, attributeOf(attribute)])),
        );
        results.forEach((result, index) => recording.bind(result, { node, index }));
      }
      return results;
    }

    standIn(shape: readonly number[]): tf.Tensor {
      const dataId = {};
      tensorMap.set(dataId, { shape, dtype: native.binding.TF_FLOAT, id: NONE, values: null, refCount: 1 });
      return tf.engine().makeTensorFromTensorInfo({ dataId, shape: [...shape], dtype: "float32" });
    }

    /** Runs an operation on zeros in the place of stand-ins; stand-ins take the place of its large results. */
    #run(name: string, attributes: TFEOpAttr[], inputs: tf.TensorInfo[], count: number): tf.Tensor[] {
      if (this.recording === undefined) return native.executeMultipleOutputs(name, attributes, inputs, count);
      const filled = inputs.flatMap((input) => {
        const entry = tensorMap.get(input.dataId);
        return entry?.id === NONE && entry.values === null ? [entry] : [];
      });
      try {
        for (const entry of filled) entry.values = new Float32Array(sizeOf(entry.shape));
        return native.executeMultipleOutputs(name, attributes, inputs, count).map((result) => {
          if (result.dtype !== "float32" || result.size <= MOST_KEPT) return result;
          result.dispose();
          return this.standIn(result.shape);
        });
      } finally {
        for (const entry of new Set(filled)) {
          if (entry.id !== NONE) native.binding.deleteTensor(entry.id);
          Object.assign(entry, { id: NONE, values: null });
        }
      }
    }

    override readSync(dataId: object) {
      const output = this.recording?.outputOf({ dataId, shape: [], dtype: "float32" });
      if (output !== undefined && output.node.op !== "Const") throw valueReadError(output);
      return native.readSync(dataId);
    }
  }
  const recorder = new RecordingBackend(native.binding, "@tensorflow/tfjs-node");
  Object.assign(recorder, { tensorMap });
  return recorder;

  function attributeOf({ type, value }: TFEOpAttr): Attribute {
    const { binding } = native;
    if (type === binding.TF_ATTR_TYPE) return { type: value as number };
    if (type === binding.TF_ATTR_INT) return Array.isArray(value) ? { ints: value } : { int: value as number };
    if (type === binding.TF_ATTR_FLOAT) return Array.isArray(value) ? { floats: value } : { float: value as number };
    if (type === binding.TF_ATTR_BOOL) return { bool: Boolean(value) };
    if (type === binding.TF_ATTR_STRING) return { string: value as string };
    return { shape: value as number[] };
  }
}

function valueReadError({ node }: Output): TareaError {
  return new TareaError({
    code: "trace",
    where: "compileTraining",
    problem: `the values of a tensor were read while the step was traced, after the operation ${node.op}`,
    hint: "A compiled step is traced once and cannot depend on values: use TensorFlow.js operations, or train eagerly.",
  });
}
