import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withLock } from "../src/index.js";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tarea-lock-"));
  path = join(folder, "the.lock");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("withLock", () => {
  it("lets one task in at a time and removes the lock afterwards", async () => {
    let inside = 0;
    let most = 0;
    const task = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside--;
    };
    await Promise.all([withLock(path, task), withLock(path, task), withLock(path, task)]);
    expect(most).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it("removes the lock when the task throws", async () => {
    await expect(withLock(path, () => Promise.reject(new Error("task failed")))).rejects.toThrow("task failed");
    expect(await readdir(folder)).toEqual([]);
  });

  it("takes over the lock of a process that no longer lives", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    await writeFile(path, JSON.stringify({ pid, host: hostname(), token: "left" }));
    expect(await withLock(path, () => Promise.resolve("done"), { waitSeconds: 5 })).toBe("done");
  });

  it("takes over a lock that was never written and is old", async () => {
    await writeFile(path, "");
    await utimes(path, 1, 1);
    expect(await withLock(path, () => Promise.resolve("done"), { waitSeconds: 5 })).toBe("done");
  });

  it("waits for a living holder, tells who it is, and gives up in time", async () => {
    const holder = JSON.stringify({ pid: process.pid, host: hostname(), token: "other" });
    await writeFile(path, holder);
    const told: string[] = [];
    await expect(
      withLock(path, () => Promise.resolve(), { waitSeconds: 0, onWait: (owner) => told.push(owner) }),
    ).rejects.toMatchObject({ code: "lock" });
    expect(told).toEqual([holder]);
    expect(await readFile(path, "utf8")).toBe(holder);
  });
});
