import { TareaError } from "@tarea/core";

/** True when a call throws a `TareaError`, false when it returns; any other error goes through. */
export function fails(call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch (error) {
    if (error instanceof TareaError) return true;
    throw error;
  }
}
