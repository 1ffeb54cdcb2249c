import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { unpackWheel } from "../src/unpackWheel.js";
import { temporaryFolder } from "./helpers/smallWheel.js";
import { zip, type ZipEntry } from "./helpers/zip.js";

const LIBRARY_ENTRIES: ZipEntry[] = [
  { name: "tensorflow/libtensorflow_cc.so.2", content: "cc" },
  { name: "tensorflow/libtensorflow_framework.so.2", content: "framework" },
];

async function unpack(content: Uint8Array) {
  const parent = await temporaryFolder();
  const wheel = join(parent, "test.whl");
  await writeFile(wheel, content);
  const count = await unpackWheel(wheel, parent);
  return { parent, count, files: (await readdir(parent, { recursive: true })).toSorted() };
}

it("takes the libraries and the headers that the addon includes, and nothing else", async () => {
  const { parent, count, files } = await unpack(
    zip([
      ...LIBRARY_ENTRIES,
      { name: "tensorflow/include/tsl/platform/ctstring.h", content: "header" },
      { name: "tensorflow/include/tensorflow/core/framework/op.h", content: "not needed" },
      { name: "tensorflow/__init__.py", content: "not needed" },
    ]),
  );
  expect(count).toBe(3);
  expect(files.filter((name) => name.includes("."))).toEqual([
    "include/tsl/platform/ctstring.h",
    "libtensorflow_cc.so.2",
    "libtensorflow_framework.so.2",
    "test.whl",
  ]);
  expect(await readFile(join(parent, "libtensorflow_cc.so.2"), "utf8")).toBe("cc");
});

it.each([
  ["is no zip archive", Buffer.from("<!doctype html>"), "is not a readable zip archive"],
  ["is cut short", zip(LIBRARY_ENTRIES).subarray(0, 90), "is not a readable zip archive"],
  ["lacks a library", zip(LIBRARY_ENTRIES.slice(0, 1)), "does not hold libtensorflow_framework.so.2"],
  ["holds a library twice", zip([...LIBRARY_ENTRIES, LIBRARY_ENTRIES[0]!]), "holds tensorflow/libtensorflow_cc.so.2 twice"],
  [
    "claims a header of 3 GB",
    zip([{ name: "tensorflow/include/tensorflow/c/c_api.h", content: "x", claimedSize: 3e9 }, ...LIBRARY_ENTRIES]),
    "with 3000000000 bytes, more than 1048576",
  ],
  ["names a path outside its folder", zip([{ name: "../escape.h", content: "x" }, ...LIBRARY_ENTRIES]), "invalid relative path"],
])("refuses a wheel that %s", async (_, content, message) => {
  await expect(unpack(content)).rejects.toMatchObject({
    name: "TareaError",
    code: "wheel",
    message: expect.stringContaining(message) as string,
  });
});

it("refuses an entry whose content is longer than it claims", async () => {
  const lying = zip([
    { name: "tensorflow/libtensorflow_cc.so.2", content: "x".repeat(100_000), claimedSize: 10 },
    LIBRARY_ENTRIES[1]!,
  ]);
  await expect(unpack(lying)).rejects.toMatchObject({
    name: "TareaError",
    message: expect.stringContaining("too many bytes") as string,
  });
});
