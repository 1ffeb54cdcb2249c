/** The share of samples whose class was predicted. */

import { checkPairs, type ClassIds } from "./classIds.js";

/**
 * Correct predictions divided by samples, from 0 to 1.
 *
 * @throws TareaError when the lists are empty, differ in length, or hold anything but class ids.
 * @example
 * accuracy([0, 1, 2, 2], [0, 2, 2, 2]); // 0.75
 */
export function accuracy(labels: ClassIds, predictions: ClassIds): number {
  checkPairs("accuracy", labels, predictions);
  let correct = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] === predictions[i]) correct++;
  return correct / labels.length;
}
