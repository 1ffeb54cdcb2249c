/** Runs LeNet-5 in ten lines in the project outside the workspace, as the README of the models shows it, with each supported Node. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "../scripts/runTool.ts";
import { nodes } from "./checkImports.ts";
import type { PackedPackage } from "./packPackages.ts";

/** Faults: no example, more than ten lines of it, one that fails, or that prints something else than the model and a sum of about 1. */
export async function checkExample(packages: readonly PackedPackage[], project: string): Promise<string[]> {
  const models = packages.find(({ manifest }) => manifest.name === "@tarea/models")!;
  const readme = await readFile(join(models.folder, "README.md"), "utf8");
  const code = /^```ts\n([\s\S]*?)^```$/m.exec(readme)?.[1] ?? "";
  const lines = code.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0 || lines.length > 10) return [`@tarea/models: its first example has ${lines.length} lines, not 1 to 10`];
  const file = join(project, "example.ts");
  await writeFile(file, code);
  const faults = nodes.map(async (node) => {
    const { code: exitCode, output } = await runTool(node, [file], { cwd: project, env: { NODE_OPTIONS: "--no-warnings" } });
    const sum = Number(output.trim().split("\n").at(-1));
    const isRight = exitCode === 0 && output.includes("62,006 parameters") && Math.abs(sum - 1) < 1e-5;
    return isRight ? [] : [`${node}: the example of @tarea/models ends with ${exitCode}\n${output}`];
  });
  return (await Promise.all(faults)).flat();
}
