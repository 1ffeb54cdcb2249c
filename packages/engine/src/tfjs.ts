/** Loads the TensorFlow.js packages as the CommonJS modules they are, so that one single copy of them exists in a process. */

import { createRequire } from "node:module";
import { dirname } from "node:path";
import { TareaError } from "@tarea/core";
import { TFJS_VERSION } from "./versions.js";

export type TensorFlowJs = typeof import("@tensorflow/tfjs");

const require = createRequire(import.meta.url);

/** `@tensorflow/tfjs`, the same object that `import * as tf from "@tensorflow/tfjs"` gives in Node. @throws TareaError */
export function loadTensorFlowJs(): TensorFlowJs {
  if (packageFolder("@tensorflow/tfjs") === undefined) {
    throw new TareaError({
      code: "engine",
      where: "useEngine",
      problem: "@tensorflow/tfjs is not installed",
      hint: `Add it to your project: npm install @tensorflow/tfjs@${TFJS_VERSION}.`,
    });
  }
  return requireModule("@tensorflow/tfjs") as TensorFlowJs;
}

/** The folder of an installed package, or `undefined` when it is not installed. */
export function packageFolder(name: string): string | undefined {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

/** `require`, seen from this package. */
export function requireModule(id: string): unknown {
  return require(id);
}
