/** Where a run comes from: the commit it was started on and the versions that took part. */

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import type { GitInfo } from "@tarea/runs";

const run = promisify(execFile);

/** The commit checked out at `folder`, or null outside a repository or without git. */
export async function readGitInfo(folder: string): Promise<GitInfo | null> {
  try {
    const { stdout: commit } = await run("git", ["rev-parse", "HEAD"], { cwd: folder });
    const { stdout: changes } = await run("git", ["status", "--porcelain", "--untracked-files=no"], { cwd: folder });
    return { commit: commit.trim(), dirty: changes.trim() !== "" };
  } catch {
    return null;
  }
}

/** Versions of Node and of the packages whose code decides a run's numbers. */
export function readVersions(): Record<string, string> {
  const require = createRequire(import.meta.url);
  const versionOf = (name: string): string => (require(`${name}/package.json`) as { version: string }).version;
  const packages = ["@tarea/training", "@tarea/models", "@tarea/engine", "@tarea/datasets", "@tensorflow/tfjs"];
  return { node: process.versions.node, ...Object.fromEntries(packages.map((name) => [name, versionOf(name)])) };
}
