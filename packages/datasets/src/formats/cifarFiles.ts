/** CIFAR's record files, as they are or out of the publisher's archive. */

import type { DatasetCard } from "../dataset.js";
import { contentOf } from "./contentOf.js";
import { readTar } from "./tar.js";

type NamedBytes = { name: string; bytes: Uint8Array };

/** More than either archive unpacks to. */
const MAX_ARCHIVE_BYTES = 300_000_000;

/** Picks files by name from the contents of whichever form was found. @throws TareaError */
export async function cifarFiles(
  contents: ReadonlyMap<string, Uint8Array>,
  { files, otherForms }: Pick<DatasetCard, "files" | "otherForms">,
): Promise<(names: readonly string[]) => NamedBytes[]> {
  const archive = otherForms?.[0]?.files[0]?.name;
  const packed = archive === undefined ? undefined : contents.get(archive);
  const found = packed === undefined ? contents : await unpack(packed, archive!, new Set(files.map(({ name }) => name)));
  return (names) => names.map((name) => ({ name, bytes: contentOf(found, name) }));
}

/** The archive keeps its files in one folder. */
async function unpack(bytes: Uint8Array, file: string, names: ReadonlySet<string>): Promise<ReadonlyMap<string, Uint8Array>> {
  const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
  const found = await readTar(bytes, { file, wanted: (path) => names.has(baseName(path)), maxBytes: MAX_ARCHIVE_BYTES });
  return new Map([...found].map(([path, content]) => [baseName(path), content]));
}
