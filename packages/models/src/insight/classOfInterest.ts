/** The class that a map explains, and its score. */

import * as tf from "@tensorflow/tfjs";
import { checkInteger } from "@tarea/core";
import { classCount, scoresOf, type ScoreKind } from "./modelParts.js";

export interface ClassOfInterest {
  /** Class ids count from 0; a model of one output has the classes 0 and 1. */
  classId: number;
  /** Whether it is the class that the model predicts for the whole sample. */
  isPrediction: boolean;
  scoreKind: ScoreKind;
  /** The score of the class for the whole sample. */
  score: number;
}

export interface ClassScore extends ClassOfInterest {
  /** The scores `[B]` of the class. */
  scoreOf(inputs: tf.Tensor): tf.Tensor1D;
}

/**
 * The score of `classId`, by default that of the class predicted for `sample` `[1, ...]`. With one output it is the score of class 1,
 * and for class 0 what is opposed to it: the negative logit, or one less the probability.
 *
 * @throws TareaError for classes that the model has not.
 */
export function classOfInterest(
  where: string,
  model: tf.LayersModel,
  { sample, classId }: { sample: tf.Tensor; classId: number | undefined },
): ClassScore {
  const outputs = classCount(where, model);
  const { model: scores, kind } = scoresOf(model);
  const isBinary = outputs === 1;
  if (classId !== undefined) checkInteger(where, "classId", classId, { min: 0, max: isBinary ? 1 : outputs - 1 });

  const apply = (inputs: tf.Tensor): tf.Tensor2D => scores.apply(inputs, { training: false }) as tf.Tensor2D;
  const all = tf.tidy(() => [...apply(sample).dataSync()]);
  const middle = kind === "logit" ? 0 : 0.5;
  const predicted = isBinary ? Number(all[0]! > middle) : all.indexOf(Math.max(...all));
  const chosen = classId ?? Math.max(0, predicted);
  const scoreOf = (inputs: tf.Tensor): tf.Tensor1D => {
    if (!isBinary) return tf.reshape(tf.slice(apply(inputs), [0, chosen], [-1, 1]), [-1]);
    const score = tf.reshape<tf.Rank.R1>(apply(inputs), [-1]);
    return chosen === 1 ? score : tf.sub(2 * middle, score);
  };
  const score = tf.tidy(() => scoreOf(sample).dataSync()[0]!);
  return { classId: chosen, isPrediction: chosen === predicted, scoreKind: kind, score, scoreOf };
}
