import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { isNative, skipReason } from "./support/engine.js";

const script = fileURLToPath(new URL("support/trainOnce.mjs", import.meta.url));

test.skipIf(!isNative).each([1, 2])(
  `three processes with %i threads end with the same bits${skipReason}`,
  async (threads) => {
    const hashes: string[] = [];
    for (let i = 0; i < 3; i++)
      hashes.push((await promisify(execFile)(process.execPath, ["--no-deprecation", script, String(threads)])).stdout);
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(hashes).size).toBe(1);
  },
  60_000,
);
