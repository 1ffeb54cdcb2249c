/** Compiles a project that imports every entry point, and the examples of the READMEs, against the packed declarations. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "../scripts/runTool.ts";
import { root } from "../scripts/turbo.ts";
import { entryPoints } from "./entryPoints.ts";
import { link, linkForExamples } from "./linkDependencies.ts";
import type { PackedPackage } from "./packPackages.ts";

const compilerOptions = {
  target: "es2023",
  lib: ["es2024", "dom", "dom.iterable"],
  module: "nodenext",
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  // Astro's client types declare the virtual modules that a report's content file imports.
  types: ["node", "astro/client"],
};

/** The compiler's errors in our declarations and in the examples; those in other people's declarations are left out. */
export async function checkTypes(packages: readonly PackedPackage[], folder: string): Promise<string[]> {
  const project = join(folder, "consumer");
  await mkdir(project);
  await linkForExamples(packages, project);
  await link(join(root, "node_modules", "@types", "node"), join(project, "node_modules", "@types", "node"));
  const typed = packages.flatMap(({ manifest }) => entryPoints(manifest)).filter(({ types }) => types !== undefined);
  const imports = typed.map(({ specifier }, i) => `export * as entry${i} from "${specifier}";\n`);
  await writeFile(join(project, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  await writeFile(join(project, "imports.ts"), imports.join(""));
  for (const packed of packages) await writeExamples(packed, project);

  const { code, output } = await runTool("tsc", ["-p", project, "--pretty", "false"], { cwd: project });
  if (code === 0) return [];
  const errors = output.split("\n").filter((line) => /error TS\d+/.test(line));
  return errors.length === 0
    ? [output]
    : errors.filter((line) => !line.includes("node_modules") || line.includes("node_modules/@tarea/"));
}

/** Writes each `ts` block of a README as `<package>-readme-<number>.ts`, so that an error names it. */
async function writeExamples({ folder, manifest }: PackedPackage, project: string): Promise<void> {
  const readme = await readFile(join(folder, "README.md"), "utf8").catch(() => "");
  const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
  for (const [i, [, code]] of blocks.entries()) {
    const name = `${manifest.name.replace("@tarea/", "")}-readme-${i + 1}.ts`;
    await writeFile(join(project, name), `${code}\nexport {};\n`);
  }
}
