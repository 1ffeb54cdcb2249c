/** Errors about model files, and the sizes beyond which a file is refused before anything is allocated for it. */

import { checkInteger, checkKnownOptions, TareaError } from "@tarea/core";

export interface FileLimits {
  /** Most bytes that the weights of a model may take. Default `FILE_LIMITS.weightBytes`. */
  weightBytes?: number;
  /** Most bytes of JSON. Default `FILE_LIMITS.jsonBytes`. */
  jsonBytes?: number;
  /** Most tensors. Default `FILE_LIMITS.tensors`. */
  tensors?: number;
}

export const FILE_LIMITS = { weightBytes: 2 ** 31, jsonBytes: 2 ** 25, tensors: 20_000 } as const satisfies FileLimits;

/** What loading a model takes where its options say nothing. */
export const LOAD_DEFAULTS = { seed: 0 } as const;

/** @throws TareaError for unknown limits and for numbers that are none. */
export function checkLimits(where: string, limits: FileLimits): Required<FileLimits> {
  checkKnownOptions(where, limits, Object.keys(FILE_LIMITS));
  const complete = { ...FILE_LIMITS, ...limits };
  for (const [name, value] of Object.entries(complete)) checkInteger(where, name, value, { min: 0 });
  return complete;
}

export interface FileFault {
  expected?: string | undefined;
  received?: string | undefined;
  hint?: string | undefined;
  /** Path of the file at fault. */
  file?: string | undefined;
  offset?: number | undefined;
  cause?: unknown;
}

/** The error for a file that is damaged, hostile, or of another model. */
export function fileError(where: string, problem: string, fault: FileFault = {}): TareaError {
  return new TareaError({ code: "modelFile", where, problem, ...fault });
}
