/** Names of entries in archives. */

import { formatError } from "./formatError.js";

/** The name without a leading `./`. @throws TareaError when it would lead out of the archive. */
export function safeEntryName(name: string, file: string, offset: number): string {
  const plain = name.replace(/^(\.\/)+/, "");
  const leadsOut = /^([/\\]|[A-Za-z]:)|[\0\\]/.test(plain) || plain.split("/").includes("..");
  if (!leadsOut) return plain;
  throw formatError({
    file,
    problem: "an entry's name leads out of the archive",
    expected: "a relative path without ..",
    received: JSON.stringify(name.slice(0, 80)),
    hint: "Do not unpack this archive.",
    offset,
  });
}
