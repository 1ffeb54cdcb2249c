/** Packs every public package into a tarball and reads back what it says of itself. */

import { globSync, readFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { extract } from "tar";
import { runTool } from "../scripts/runTool.ts";
import { root } from "../scripts/turbo.ts";

export interface PackedManifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface PackedPackage {
  /** Its folder in the workspace. */
  readonly source: string;
  /** The folder that the tarball was unpacked to. */
  readonly folder: string;
  readonly tarball: string;
  readonly manifest: PackedManifest;
}

/** Packs the public packages into `folder/tarballs` and unpacks them to `folder/node_modules`. @throws when one does not pack */
export async function packPackages(folder: string): Promise<PackedPackage[]> {
  const sources = globSync("packages/*/package.json", { cwd: root })
    .map((path) => join(root, dirname(path)))
    .filter((source) => readManifest(source).private !== true)
    .toSorted();
  await mkdir(join(folder, "tarballs"), { recursive: true });
  const packed: PackedPackage[] = [];
  for (const source of sources) {
    const tarball = join(folder, "tarballs", `${readManifest(source).name.replace("@tarea/", "")}.tgz`);
    const { code, output } = await runTool("pnpm", ["pack", "--out", tarball], { cwd: source });
    if (code !== 0) throw new Error(`${source}: pnpm pack failed\n${output}`);
    packed.push(await unpack(source, tarball, folder));
  }
  return packed;
}

async function unpack(source: string, tarball: string, folder: string): Promise<PackedPackage> {
  const target = join(folder, "node_modules", ...readManifest(source).name.split("/"));
  await mkdir(target, { recursive: true });
  await extract({ file: tarball, cwd: target, strip: 1 });
  const manifest = JSON.parse(await readFile(join(target, "package.json"), "utf8")) as PackedManifest;
  return { source, folder: target, tarball, manifest };
}

function readManifest(folder: string): PackedManifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as PackedManifest;
}
