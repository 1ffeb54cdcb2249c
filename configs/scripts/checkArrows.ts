/** Holds every import between the workspace's packages against the table in `configs/arrows.ts`. */

import { existsSync, globSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { packageRules, siteRule, type PackageRule } from "../arrows.ts";
import { moduleImports, type ModuleImport } from "./moduleImports.ts";
import { root } from "./turbo.ts";

interface Manifest {
  readonly exports?: string | Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const scope = "@tarea/";

/** Faults of the packages and sites of the repository in `folder`, one line each; none when every arrow is allowed. */
export function checkArrows(folder: string, rules: Readonly<Record<string, PackageRule>> = packageRules): string[] {
  return [...globSync("{packages,sites}/*/package.json", { cwd: folder })].toSorted().flatMap((manifestPath) => {
    const [group, name] = manifestPath.split(/[\\/]/) as [string, string];
    const rule = group === "sites" ? siteRule : rules[name];
    if (!rule) return [`${manifestPath}: the package has no rule in configs/arrows.ts`];
    const manifest = JSON.parse(readFileSync(join(folder, manifestPath), "utf8")) as Manifest;
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    return [
      ...declared
        .flatMap((specifier) => faultOf(rule, { specifier, typeOnly: true, line: 0 }, folder) ?? [])
        .map((fault) => `${manifestPath}: ${fault}`),
      ...sourceFiles(folder, `${group}/${name}`).flatMap((file) => fileFaults(folder, `${group}/${name}`, file, rule)),
    ];
  });
}

function sourceFiles(folder: string, packageFolder: string): string[] {
  const outside = /(^|[\\/])(node_modules|dist|test|\.astro|\.turbo|runs)([\\/]|$)/;
  const pattern = `${packageFolder}/**/*.{ts,tsx,js,mjs,astro,mdx}`;
  return [...globSync(pattern, { cwd: folder, exclude: (path) => outside.test(relative(packageFolder, path)) })].toSorted();
}

function fileFaults(folder: string, packageFolder: string, file: string, rule: PackageRule): string[] {
  return moduleImports(file, readFileSync(join(folder, file), "utf8")).flatMap((one) => {
    const escaped = one.specifier.startsWith(".") && relative(packageFolder, join(dirname(file), one.specifier)).startsWith("..");
    const fault = escaped ? `imports ${one.specifier}, which is outside its package` : faultOf(rule, one, folder);
    return fault === undefined ? [] : [`${file}:${one.line}: ${fault}`];
  });
}

function faultOf(rule: PackageRule, { specifier, typeOnly }: ModuleImport, folder: string): string | undefined {
  const banned = rule.never.find((name) => specifier === name || specifier.startsWith(name.endsWith(":") ? name : `${name}/`));
  if (banned !== undefined || (rule.never.includes("node:") && isBuiltin(specifier))) return `must never import ${specifier}`;
  if (!specifier.startsWith(scope)) return undefined;

  const [target, ...path] = specifier.slice(scope.length).split("/") as [string, ...string[]];
  if (!rule.mayImport.includes(target)) return `must not import ${scope}${target}`;
  if (!typeOnly && rule.typesOnly?.includes(target)) return `may import types of ${scope}${target} only`;
  return isEntryPoint(join(folder, "packages", target), path) ? undefined : `${specifier} is not a public entry point`;
}

function isEntryPoint(packageFolder: string, path: readonly string[]): boolean {
  const manifestPath = resolve(packageFolder, "package.json");
  if (!existsSync(manifestPath)) return false;
  const { exports = {} } = JSON.parse(readFileSync(manifestPath, "utf8")) as Manifest;
  const entries = typeof exports === "string" ? ["."] : Object.keys(exports);
  const wanted = [".", ...path].join("/");
  return entries.some(
    (entry) => entry === wanted || (entry.includes("*") && wanted.startsWith(entry.slice(0, entry.indexOf("*")))),
  );
}

if (import.meta.main) {
  const faults = checkArrows(root);
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
