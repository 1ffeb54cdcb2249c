/** Embeddings on kernels of our own, which look rows up and add their gradients up in parts, side by side. */

import * as tf from "@tensorflow/tfjs";
import { isStock, type LayerCall } from "./layerCalls.js";
import { feedsDense } from "./denseOperations.js";
import { recordOperation } from "./recorder.js";

/** The forward pass of one of TensorFlow.js's embeddings. */
export function ownEmbedding(layer: tf.layers.Layer, parts: number): LayerCall | undefined {
  if (!isStock(layer)) return undefined;
  const { embeddings } = layer as unknown as { embeddings: { read(): tf.Tensor } };
  const divided = { parts: { int: parts } };
  return (ids) => {
    const table = embeddings.read();
    const [rows, width] = table.shape as [number, number];
    const compute = tf.customGrad((...args: unknown[]) => {
      const [weights, save] = args as [tf.Tensor, tf.GradSaveFunc];
      const attributes = { ...divided, columns: { bool: feedsDense(layer) } };
      const [y] = recordOperation("TareaEmbedding", attributes, [ids, weights], [[...ids.shape, width]]);
      save([ids]);
      const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) =>
        recordOperation("TareaEmbeddingGradient", { ...divided, rows: { int: rows } }, [dy, saved!], [table.shape])[0]!;
      return { value: y!, gradFunc };
    });
    return compute(table);
  };
}
