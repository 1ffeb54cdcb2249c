/** The stage that runs every Vitest test of the repository and counts them. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTool } from "./runTool.ts";
import type { Outcome, Stage } from "./stage.ts";
import { root } from "./turbo.ts";

export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] }[];
}

/** Runs Vitest once for all packages, with `env` added to the tests' environment. */
export function vitestStage(env: Readonly<Record<string, string>>): Stage {
  return { name: "tests", run: () => runVitest(env) };
}

async function runVitest(env: Readonly<Record<string, string>>): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "tarea-test-"));
  try {
    const report = join(folder, "report.json");
    const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
    const args = [vitest, "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const { code, output } = await runTool(process.execPath, args, { env });
    return { ...countTests(JSON.parse(await readFile(report, "utf8")) as VitestReport, code), output };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A file that failed outside its tests, and a run that failed outside its files, count as one failure each. */
export function countTests(report: VitestReport, code: number): Outcome {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  const passed = report.numPassedTests;
  const counted = report.numFailedTests + brokenFiles;
  const failed = counted > 0 ? counted : code === 0 && passed > 0 ? 0 : 1;
  const skipped = report.numPendingTests > 0 ? `, ${report.numPendingTests} skipped` : "";
  return {
    passed,
    failed,
    note: `${passed} passed in ${report.testResults.length} files${skipped}`,
  };
}
