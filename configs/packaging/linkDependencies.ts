/** Gives the unpacked packages exactly the dependencies that they declare, from the workspace's store and without network. */

import { existsSync } from "node:fs";
import { mkdir, realpath, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PackedPackage } from "./packPackages.ts";

/**
 * Links every declared dependency of `packed` into the package's own `node_modules`, so that one that is imported without being
 * declared is not found. Our own packages find each other beside themselves, unpacked.
 */
export async function linkDependencies(packed: PackedPackage): Promise<void> {
  for (const name of declaredDependencies(packed)) {
    await link(join(packed.source, "node_modules", name), join(packed.folder, "node_modules", name));
  }
}

/** Links what the examples in the packages' READMEs import besides our packages into `folder/node_modules`. */
export async function linkForExamples(packages: readonly PackedPackage[], folder: string): Promise<void> {
  for (const packed of packages) {
    for (const name of declaredDependencies(packed)) {
      await link(join(packed.source, "node_modules", name), join(folder, "node_modules", name));
    }
  }
}

/** Links `source` as `target`; an optional dependency that is not installed and a link that is there already are left alone. */
export async function link(source: string, target: string): Promise<void> {
  if (!existsSync(source) || existsSync(target)) return;
  await mkdir(dirname(target), { recursive: true });
  await symlink(await realpath(source), target, "junction");
}

function declaredDependencies({ manifest }: PackedPackage): string[] {
  const all = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
  return Object.keys(all).filter((name) => !name.startsWith("@tarea/"));
}
