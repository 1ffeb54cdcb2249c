/** Checks of what the functions work on, for callers whom no compiler told. */

import type * as tf from "@tensorflow/tfjs";
import { show, TareaError } from "@tarea/core";

/** @throws TareaError for what is no model of layers. */
export function checkModel(where: string, model: tf.LayersModel): void {
  const given = model as Partial<tf.LayersModel> | null | undefined;
  if (Array.isArray(given?.layers) && Array.isArray(given.inputs)) return;
  throw new TareaError({
    code: "option",
    where,
    problem: "that is no model",
    expected: "a tf.LayersModel",
    received: show(model),
  });
}

/** @throws TareaError for what are no bytes. */
export function checkBytes(where: string, bytes: Uint8Array): void {
  const kind = Object.prototype.toString.call(bytes).slice(8, -1);
  if (kind === "Uint8Array") return;
  const hint = kind === "ArrayBuffer" ? "Give new Uint8Array(buffer)." : undefined;
  throw new TareaError({
    code: "option",
    where,
    problem: "those are no bytes",
    expected: "a Uint8Array",
    received: show(bytes),
    hint,
  });
}
