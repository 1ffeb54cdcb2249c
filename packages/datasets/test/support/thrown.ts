import { TareaError } from "@tarea/core";
import { expect } from "vitest";

/** The `TareaError` that a call throws; anything else, or nothing, fails the test. */
export function thrown(call: () => unknown): TareaError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(TareaError);
    return error as TareaError;
  }
  throw new Error("nothing was thrown");
}

/** The `TareaError` that a promise is rejected with. */
export async function rejected(promise: Promise<unknown>): Promise<TareaError> {
  const error: unknown = await promise.then(
    () => new Error("nothing was rejected"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TareaError);
  return error as TareaError;
}
