import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { isNative, skipReason } from "./support/engine.js";

const script = fileURLToPath(new URL("support/trainOnce.mjs", import.meta.url));

test.skipIf(!isNative).each([
  { threads: 1, shards: 1 },
  { threads: 2, shards: 1 },
  { threads: 1, shards: 2 },
])(
  `three processes with $threads threads and $shards shards end with the same bits${skipReason}`,
  async ({ threads, shards }) => {
    const train = () =>
      promisify(execFile)(process.execPath, ["--no-deprecation", script, String(threads), String(shards)]).then(
        ({ stdout }) => stdout,
      );
    const hashes = await Promise.all([train(), train(), train()]);
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(hashes).size).toBe(1);
  },
  60_000,
);
