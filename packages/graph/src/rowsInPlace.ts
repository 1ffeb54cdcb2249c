/** Batches that are never put together: large dense layers on a matrix unit read the rows of the data where they lie. */

import { hasMatrixUnit } from "@tarea/engine/native";
import { LARGE_DENSE } from "./denseOperations.js";
import { isFloat, nodesBehind, type Graph, type GraphNode } from "./graph.js";
import { KERNEL_UPDATE } from "./ownUpdates.js";

/** Operations that bring each row into another form before they use it, so that it does not matter where it lies. */
const READERS = new Set([LARGE_DENSE, KERNEL_UPDATE]);

/** From this batch size on they use the matrix unit (`denseOnUnit.cc` of `@tarea/engine`); below it they would collect the rows twice. */
const MIN_BATCH = 64;

/** Spares the gathering of float32 rows that nothing but such layers takes among what `effects` need. */
export function readRowsInPlace(graph: Graph, batchSize: number, effects: readonly GraphNode[]): void {
  if (!hasMatrixUnit() || batchSize < MIN_BATCH) return;
  const needed = nodesBehind(
    effects.map((node) => ({ node, index: 0 })),
    { controls: true },
  );
  for (const gather of needed) {
    if (gather.op !== "TareaGather" || !isFloat(gather)) continue;
    const readers = [...needed].filter((node) => node.inputs.some((input) => input.node === gather));
    if (!readers.every((node) => READERS.has(node.op) && node.inputs[0]!.node === gather)) continue;
    const [values, rows] = gather.inputs;
    for (const reader of readers) {
      graph.change(reader, {
        inputs: [values!, ...reader.inputs.slice(1), rows!],
        attributes: { ...reader.attributes, gathers: { int: 1 } },
      });
    }
  }
}
