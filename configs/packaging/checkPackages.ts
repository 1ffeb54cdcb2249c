/** The stage that tests the packed packages as strangers would use them: outside the workspace, with what they declare. */

import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Outcome, runStage, type Stage } from "../scripts/stage.ts";
import { checkContents } from "./checkContents.ts";
import { checkExample } from "./checkExample.ts";
import { checkImports } from "./checkImports.ts";
import { checkTypes } from "./checkTypes.ts";
import { linkDependencies } from "./linkDependencies.ts";
import { packPackages } from "./packPackages.ts";

export function checkPackagesStage(): Stage {
  return { name: "packaging", run: checkPackages };
}

async function checkPackages(): Promise<Outcome> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "tarea-packages-")));
  try {
    const packages = await packPackages(folder);
    for (const packed of packages) await linkDependencies(packed);
    const faults = [
      ...(await Promise.all(packages.map(checkContents))).flat(),
      ...(await checkImports(packages, folder)),
      ...(await checkTypes(packages, folder)),
      ...(await checkExample(packages, join(folder, "consumer"))),
    ];
    return {
      passed: faults.length === 0 ? 1 : 0,
      failed: faults.length === 0 ? 0 : 1,
      note: `${packages.length} packages`,
      output: faults.join("\n"),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) process.exitCode = (await runStage(checkPackagesStage())).failed;
