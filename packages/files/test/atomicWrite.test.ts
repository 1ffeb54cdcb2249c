import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256File, temporaryPathFor, writeError, writeFileAtomic } from "../src/index.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tarea-write-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("writeFileAtomic", () => {
  it("makes the folder, writes the content and leaves nothing else behind", async () => {
    const path = join(folder, "a", "b", "file.json");
    await writeFileAtomic(path, "first");
    await writeFileAtomic(path, Uint8Array.of(65, 66));
    expect(await readFile(path, "utf8")).toBe("AB");
    expect(await readdir(dirname(path))).toEqual(["file.json"]);
  });

  it("keeps the old content and removes its own when it fails", async () => {
    const path = join(folder, "taken");
    await mkdir(join(path, "inside"), { recursive: true });
    await expect(writeFileAtomic(path, "content")).rejects.toMatchObject({ code: "write", file: path });
    expect(await readdir(folder)).toEqual(["taken"]);
    expect(await readdir(path)).toEqual(["inside"]);
  });

  it("says that a file stands where a folder should be", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(writeFileAtomic(folder, "")).rejects.toThrow("it is a folder");
    await expect(writeFileAtomic(join(folder, "file", "x"), "")).rejects.toThrow("a part of the path is a file, not a folder");
  });
});

describe("temporaryPathFor", () => {
  it("gives a new name beside the target that readers skip", () => {
    const path = join(folder, "run.json");
    const [one, two] = [temporaryPathFor(path), temporaryPathFor(path)];
    expect(dirname(one)).toBe(folder);
    expect(basename(one)).toMatch(/^\.tmp-run\.json-/);
    expect(two).not.toBe(one);
  });
});

describe("writeError", () => {
  it.each([
    ["ENOSPC", "the disk is full", "Free some space"],
    ["EROFS", "the disk is read-only", "writable disk"],
    ["EACCES", "permission denied", "permissions"],
  ])("explains %s", (code, problem, hint) => {
    const error = writeError("/x", Object.assign(new Error("raw"), { code }));
    expect(error).toMatchObject({ code: "write", file: "/x" });
    expect(error.message).toContain(problem);
    expect(error.hint).toContain(hint);
  });

  it("passes on the words of an unknown cause", () => {
    expect(writeError("/x", new Error("something else")).message).toBe("write: cannot write /x: something else.");
  });
});

describe("sha256File", () => {
  it("hashes a file longer than one chunk", async () => {
    const path = join(folder, "zeros");
    await writeFile(path, Buffer.alloc(3 << 20));
    expect(await sha256File(path)).toBe("bbd05cf6097ac9b1f89ea29d2542c1b7b67ee46848393895f5a9e43fa1f621e5");
  });
});
