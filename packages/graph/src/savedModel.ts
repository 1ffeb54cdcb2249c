/** Turns a graph into TensorFlow's SavedModel format and loads it as a session of the native library. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf, TareaError } from "@tarea/core";
import type { NodeBinding } from "@tarea/engine/native";
import { nameOf, type Attribute, type Graph, type GraphNode, type Output, type TensorFlowType } from "./graph.js";

/** The tag under which a graph for training is written and loaded. */
const TAG = "train";

/** Graph version that TensorFlow 2.x writes; below 1087 some op definitions are read with older defaults. */
const PRODUCER_VERSION = 1087;

/**
 * Loads `graph` into a new session and returns its number for `runSavedModel`. The file goes through a folder of its own in
 * the system's temporary folder, which is gone afterwards.
 *
 * @throws TareaError when TensorFlow refuses the graph.
 */
export function loadGraph(binding: NodeBinding, graph: Graph): number {
  const folder = mkdtempSync(join(tmpdir(), "tarea-graph-"));
  try {
    mkdirSync(join(folder, "variables"));
    writeFileSync(join(folder, "saved_model.pb"), serializeGraph(graph.nodes, { tag: TAG }));
    return binding.loadSavedModel(folder, TAG);
  } catch (error) {
    throw new TareaError({
      code: "compile",
      where: "compileTraining",
      problem: "TensorFlow refused the graph",
      received: messageOf(error),
      cause: error,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A tensor that goes into or comes out of a graph that is served; `-1` in its shape stands for any size. */
export interface SignatureEnd {
  output: Output;
  type: TensorFlowType;
  shape: readonly number[];
}

export interface SerializeOptions {
  tag: string;
  /** Inputs and outputs by the names under which they are served. Default: none, for a graph that is fed by node. */
  signature?: { inputs: ReadonlyMap<string, SignatureEnd>; outputs: ReadonlyMap<string, SignatureEnd> };
}

/** The bytes of `saved_model.pb` for a graph of `nodes`. */
export function serializeGraph(nodes: readonly GraphNode[], { tag, signature }: SerializeOptions): Uint8Array {
  const messages = loadMessages();
  const saved = new messages.SavedModel();
  saved.setSavedModelSchemaVersion(1);
  const metaGraph = saved.addMetaGraphs();
  const info = new messages.MetaGraphDef.MetaInfoDef();
  info.addTags(tag);
  metaGraph.setMetaInfoDef(info);
  const graphDef = new messages.GraphDef();
  const versions = new messages.VersionDef();
  versions.setProducer(PRODUCER_VERSION);
  graphDef.setVersions(versions);
  for (const node of nodes) writeNode(messages, graphDef.addNode(), node);
  metaGraph.setGraphDef(graphDef);
  if (signature !== undefined) metaGraph.getSignatureDefMap().set(SIGNATURE, signatureMessage(messages, signature));
  return saved.serializeBinary();
}

/** The signature that is served when none is asked for. */
const SIGNATURE = "serving_default";

function signatureMessage(messages: Messages, { inputs, outputs }: NonNullable<SerializeOptions["signature"]>): Message {
  const message = new messages.SignatureDef();
  message.setMethodName("tensorflow/serving/predict");
  for (const [map, ends] of [
    [message.getInputsMap(), inputs],
    [message.getOutputsMap(), outputs],
  ] as const) {
    for (const [name, { output, type, shape }] of ends) {
      const info = new messages.TensorInfo();
      info.setName(nameOf(output));
      info.setDtype(type);
      info.setTensorShape(shapeMessage(messages, shape));
      map.set(name, info);
    }
  }
  return message;
}

function writeNode(messages: Messages, target: Message, node: GraphNode): void {
  target.setName(node.name);
  target.setOp(node.op);
  for (const { node: source, index } of node.inputs) target.addInput(index === 0 ? source.name : `${source.name}:${index}`);
  for (const control of new Set(node.controls)) target.addInput(`^${control.name}`);
  for (const [name, attribute] of Object.entries(node.attributes))
    target.getAttrMap().set(name, attributeMessage(messages, attribute));
}

function attributeMessage(messages: Messages, attribute: Attribute): Message {
  const value = new messages.AttrValue();
  if ("type" in attribute) value.setType(attribute.type);
  else if ("int" in attribute) value.setI(attribute.int);
  else if ("float" in attribute) value.setF(attribute.float);
  else if ("bool" in attribute) value.setB(attribute.bool);
  else if ("string" in attribute) value.setS(new TextEncoder().encode(attribute.string));
  else if ("shape" in attribute) value.setShape(shapeMessage(messages, attribute.shape));
  else if ("tensor" in attribute) {
    const tensor = new messages.Tensor();
    tensor.setDtype(attribute.tensor.type);
    tensor.setTensorShape(shapeMessage(messages, attribute.tensor.shape));
    tensor.setTensorContent(attribute.tensor.data);
    value.setTensor(tensor);
  } else {
    const list = new messages.AttrValue.ListValue();
    if ("ints" in attribute) list.setIList([...attribute.ints]);
    else list.setFList([...attribute.floats]);
    value.setList(list);
  }
  return value;
}

function shapeMessage(messages: Messages, shape: readonly number[]): Message {
  const message = new messages.TensorShape();
  for (const size of shape) {
    const dimension = new messages.TensorShape.Dim();
    dimension.setSize(size);
    message.addDim(dimension);
  }
  return message;
}

/** TensorFlow's messages as `@tensorflow/tfjs-node` ships them, generated code without types. */
// oxlint-disable-next-line typescript/no-explicit-any
type Message = any;
type Messages = Record<string, Message>;

function loadMessages(): Messages {
  return createRequire(import.meta.url)("@tensorflow/tfjs-node/dist/proto/api_pb.js") as Messages;
}
