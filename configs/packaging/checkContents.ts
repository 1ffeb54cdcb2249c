/** What a tarball must hold and say before anybody runs it. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import type { PackedPackage } from "./packPackages.ts";

/** Faults of one tarball: publint's findings, files that are missing or do not belong, references that only the workspace resolves. */
export async function checkContents({ folder, tarball, manifest }: PackedPackage): Promise<string[]> {
  const data = await readFile(tarball);
  const arrayBuffer = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: arrayBuffer }, strict: true });
  const findings = messages.flatMap((message) => formatMessage(message, pkg, { color: false }) ?? []);
  const missing = ["README.md", "LICENSE"].filter((file) => !existsSync(join(folder, file)));
  const foreign = ["src", "test", "tsconfig.json", "dist/.tsbuildinfo"].filter((file) => existsSync(join(folder, file)));
  const text = JSON.stringify(manifest);
  return [
    ...findings,
    ...missing.map((file) => `${file} is missing`),
    ...foreign.map((file) => `${file} does not belong into the tarball`),
    ...(text.includes("workspace:") ? ["a dependency still says workspace:"] : []),
    ...(/"(pre|post)?install":/.test(text) ? ["an install script"] : []),
  ].map((fault) => `${manifest.name}: ${fault}`);
}
