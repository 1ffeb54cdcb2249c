/** The content that a parser is given. */

import { TareaError, show } from "@tarea/core";

/** @throws TareaError for what holds no bytes, such as a file's name or its text. */
export function checkBytes(where: string, bytes: Uint8Array): void {
  if (bytes instanceof Uint8Array) return;
  throw new TareaError({
    code: "option",
    where,
    problem: "the content must be bytes",
    expected: "a Uint8Array",
    received: show(bytes),
    hint: "Read the file with readFile, without an encoding.",
  });
}
