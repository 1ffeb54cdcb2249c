/** Imports every entry point of the unpacked packages in plain Node, each supported version in turn. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runTool } from "../scripts/runTool.ts";
import { scriptEntryPoints } from "./entryPoints.ts";
import type { PackedPackage } from "./packPackages.ts";

const nodes = [process.execPath, fileURLToPath(new URL("../node_modules/node22/bin/node", import.meta.url))];

/** Faults of the imports: an entry point that throws, prints, exports nothing, or keeps the process alive. */
export async function checkImports(packages: readonly PackedPackage[], folder: string): Promise<string[]> {
  const specifiers = packages.flatMap(({ manifest }) => scriptEntryPoints(manifest)).map(({ specifier }) => specifier);
  const file = join(folder, "import.mjs");
  await writeFile(file, importScript(specifiers));
  const results = await Promise.all(nodes.map((node) => runTool(node, [file], { cwd: folder, env: { NODE_OPTIONS: "" } })));
  return results.flatMap(({ code, output }, i) =>
    code === 0 && output === "" ? [] : [`${nodes[i]}: exit code ${code}\n${output}`],
  );
}

function importScript(specifiers: readonly string[]): string {
  return `let failed = false;
for (const specifier of ${JSON.stringify(specifiers)}) {
  try {
    if (Object.keys(await import(specifier)).length === 0) throw new Error("exports nothing");
  } catch (error) {
    failed = true;
    console.log(specifier + ": " + error.stack);
  }
}
process.exitCode = failed ? 1 : 0;
setTimeout(() => { console.log("still running 10 s after the imports"); process.exit(1); }, 10_000).unref();
`;
}
