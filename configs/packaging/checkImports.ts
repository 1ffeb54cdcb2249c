/** Imports every entry point of the unpacked packages in plain Node, and starts every command, with each supported version in turn. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runTool } from "../scripts/runTool.ts";
import { scriptEntryPoints } from "./entryPoints.ts";
import type { PackedPackage } from "./packPackages.ts";

/** Every supported version of Node. */
export const nodes = [process.execPath, fileURLToPath(new URL("../node_modules/node22/bin/node", import.meta.url))];

/** Faults: an entry point that throws, prints or keeps the process alive, a main one that exports nothing; a command without `--help`. */
export async function checkImports(packages: readonly PackedPackage[], folder: string): Promise<string[]> {
  const specifiers = packages.flatMap(({ manifest }) => scriptEntryPoints(manifest)).map(({ specifier }) => specifier);
  const file = join(folder, "import.mjs");
  await writeFile(file, importScript(specifiers));
  const commands = packages.flatMap((packed) => Object.values(packed.manifest.bin ?? {}).map((bin) => join(packed.folder, bin)));
  const env = { NODE_OPTIONS: "" };
  const faults = nodes.map(async (node) => {
    const imported = await runTool(node, [file], { cwd: folder, env });
    const helped = await Promise.all(commands.map((command) => runTool(node, [command, "--help"], { cwd: folder, env })));
    return [
      ...(imported.code === 0 && imported.output === ""
        ? []
        : [`${node}: imports end with ${imported.code}\n${imported.output}`]),
      ...helped.flatMap(({ code, output }, i) =>
        code === 0 && output !== "" ? [] : [`${node} ${commands[i]} --help: exit code ${code}\n${output}`],
      ),
    ];
  });
  return (await Promise.all(faults)).flat();
}

function importScript(specifiers: readonly string[]): string {
  return `let failed = false;
for (const specifier of ${JSON.stringify(specifiers)}) {
  try {
    const names = Object.keys(await import(specifier));
    if (names.length === 0 && specifier.split("/").length === 2) throw new Error("exports nothing");
  } catch (error) {
    failed = true;
    console.log(specifier + ": " + error.stack);
  }
}
process.exitCode = failed ? 1 : 0;
setTimeout(() => { console.log("still running 10 s after the imports"); process.exit(1); }, 10_000).unref();
`;
}
