/** Catches random numbers that are drawn while a step is traced: the graph would repeat them in every step. */

import { TareaError } from "@tarea/core";

/** Runs `task` while JavaScript's own random numbers, which TensorFlow.js takes where it is given no seed, are an error. */
export function withoutDraws<T>(task: () => T): T {
  const own = Object.getOwnPropertyDescriptor(Math, "random")!;
  Object.defineProperty(Math, "random", { ...own, value: refuse });
  try {
    return task();
  } finally {
    Object.defineProperty(Math, "random", own);
  }
}

function refuse(): never {
  throw new TareaError({
    code: "trace",
    where: "compileTraining",
    problem: "a random number was drawn while the step was traced, and would be the same in every step",
    hint: "Use Dropout layers and augmentation, whose draws come from the run's seed and the step.",
  });
}
