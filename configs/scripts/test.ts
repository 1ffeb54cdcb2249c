/** `pnpm test`: every check there is, one line each, and the count of what passed and failed at the end. */

import { join } from "node:path";
import { checkPackagesStage } from "../packaging/checkPackages.ts";
import { provisionEngine } from "./engineForTests.ts";
import { type Outcome, runStage, toolStage } from "./stage.ts";
import { root } from "./turbo.ts";
import { vitestStage } from "./vitestStage.ts";

const node = process.execPath;
const script = (name: string) => join(root, "configs", "scripts", name);
const noCycles = ["--config", "configs/cycles.json", "--disable-nested-config", "packages", "sites", "configs"];
const start = performance.now();
const outcomes: Outcome[] = [];

outcomes.push(await runStage(toolStage("build", node, [script("turbo.ts"), "run", "build", "--output-logs=errors-only"])));

// The engine's download and compilation leave most of a core idle: the quick checks run beside them.
const engine = provisionEngine();
const quickChecks = [
  toolStage("types", "tsc", ["-p", "tsconfig.json"]),
  toolStage("lint", "oxlint", []),
  toolStage("format", "oxfmt", ["--check"]),
  toolStage("unused", "knip", ["--no-progress", "--no-config-hints"]),
  toolStage("cycles", "oxlint", noCycles),
  toolStage("arrows", node, [script("checkArrows.ts")]),
];
for (const check of quickChecks) outcomes.push(await runStage(check));

outcomes.push(await runStage(vitestStage(await engine)));
outcomes.push(await runStage(checkPackagesStage()));

const total = (key: "passed" | "failed") => outcomes.reduce((sum, outcome) => sum + outcome[key], 0);
process.stdout.write(`\nAll stages took ${((performance.now() - start) / 1000).toFixed(1)} s.\n`);
process.stdout.write(`${total("passed")} passed, ${total("failed")} failed\n`);
process.exitCode = total("failed") === 0 ? 0 : 1;
