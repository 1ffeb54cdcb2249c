import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const DIST = new URL("../dist/", import.meta.url).href;
const README = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = [...README.matchAll(/```js\n(.*?)```/gs)].map((match) => match[1]!);

it("has examples that run", () => {
  const output = examples.map((code) => {
    const local = code
      .replaceAll('"@tarea/engine"', `"${DIST}index.js"`)
      .replaceAll('"@tarea/engine/native"', `"${DIST}native.js"`);
    return execFileSync(process.execPath, ["--input-type=module", "-e", local], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  });
  expect(output).toEqual(["11\n", ""]);
});
