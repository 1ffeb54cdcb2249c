/** What a package offers to import: the entries of its exports map, with the file behind each. */

import type { PackedManifest } from "./packPackages.ts";

export interface EntryPoint {
  /** As one imports it: `@tarea/charts/hydrate`. */
  readonly specifier: string;
  /** The file that Node loads, relative to the package. */
  readonly file: string;
  readonly types: string | undefined;
}

/** The entry points without a wildcard; `package.json` is left out. */
export function entryPoints({ name, exports = {} }: PackedManifest): EntryPoint[] {
  return Object.entries(exports)
    .filter(([path]) => !path.includes("*") && path !== "./package.json")
    .map(([path, target]) => ({
      specifier: path === "." ? name : `${name}${path.slice(1)}`,
      file: fileOf(target, "default"),
      types: typeof target === "string" ? undefined : fileOf(target, "types") || undefined,
    }));
}

/** The entry points that plain Node can import. */
export function scriptEntryPoints(manifest: PackedManifest): EntryPoint[] {
  return entryPoints(manifest).filter(({ file }) => /\.m?js$/.test(file));
}

function fileOf(target: unknown, condition: "default" | "types"): string {
  if (typeof target === "string") return target;
  if (typeof target !== "object" || target === null) return "";
  return fileOf((target as Record<string, unknown>)[condition] ?? "", condition);
}
