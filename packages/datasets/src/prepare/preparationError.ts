/** Errors about plans, and about samples that do not fit them. */

import { TareaError } from "@tarea/core";

export function preparationError(where: string, problem: string, received?: string, hint?: string): TareaError {
  return new TareaError({ code: "option", where, problem, received, hint });
}

export const IMPUTE_HINT = "Put an impute step before this one.";
