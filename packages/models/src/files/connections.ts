/** Whether the layers of a topology can be connected: TensorFlow.js waits forever for a layer that never comes. */

import { fileError } from "./fileError.js";
import { asObject, type Json } from "./strictJson.js";

interface Call {
  name: string;
  sources: [name: string, node: number][];
}

/** Layers whose output is there before anything calls them. */
const READY = ["InputLayer", "Model", "Functional", "Sequential"];

/** @throws TareaError for names that come twice, for damaged connections, and for layers that wait for each other or for none. */
export function checkConnections(where: string, layers: readonly Json[]): void {
  const outputs = new Map<string, number>();
  const calls: Call[] = [];
  for (const layer of layers.map(asObject)) {
    const { name, class_name: className, config, inbound_nodes: inbound } = layer;
    const isNamed = typeof name === "string" && name === asObject(config)["name"] && !(name in Object.prototype);
    if (!isNamed)
      throw fileError(where, "a layer has no name of its own", { received: (JSON.stringify(name) ?? "none").slice(0, 80) });
    if (outputs.has(name)) throw fileError(where, `two layers are called ${JSON.stringify(name)}`);
    if (!Array.isArray(inbound)) throw fileError(where, `the connections of the layer ${JSON.stringify(name)} are damaged`);
    outputs.set(name, READY.includes(className as string) ? 1 : 0);
    for (const call of inbound) calls.push({ name, sources: sourcesOf(where, name, call) });
  }
  for (let waiting = calls; waiting.length > 0;) {
    const next = waiting.filter(({ name, sources }) => {
      const isReady = sources.every(([source, node]) => (outputs.get(source) ?? 0) > node);
      if (isReady) outputs.set(name, outputs.get(name)! + 1);
      return !isReady;
    });
    if (next.length === waiting.length) {
      throw fileError(
        where,
        `the layer ${JSON.stringify(next[0]!.name)} takes the output of a layer that is not there, or of itself`,
      );
    }
    waiting = next;
  }
}

function sourcesOf(where: string, name: string, call: Json): Call["sources"] {
  const sources = Array.isArray(call) ? call : [null];
  return sources.map((source) => {
    const [from, node] = Array.isArray(source) ? source : [];
    if (typeof from === "string" && Number.isSafeInteger(node) && (node as number) >= 0) return [from, node as number];
    throw fileError(where, `the connections of the layer ${JSON.stringify(name)} are damaged`);
  });
}
