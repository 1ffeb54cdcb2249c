/** Picks a file out of the contents that a definition's parser is given. */

import { formatError } from "./formatError.js";

/** @throws TareaError when it is not among them. */
export function contentOf(contents: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const bytes = contents.get(name);
  if (bytes !== undefined) return bytes;
  throw formatError({ file: name, problem: "the file is missing", expected: "its content", received: "nothing", offset: null });
}
