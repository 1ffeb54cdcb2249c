import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { expect, it } from "vitest";
import * as datasets from "../src/index.js";

const readme = await readFile(join(import.meta.dirname, "..", "README.md"), "utf8");
const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);

/** Runs an example with the package in place of its import and returns what it prints. */
async function run(code: string): Promise<string[]> {
  const lines: string[] = [];
  const body = stripTypeScriptTypes(code).replaceAll(/^import .*$/gm, "");
  const names = Object.keys(datasets);
  const AsyncFunction = (async () => undefined).constructor as new (
    ...parts: string[]
  ) => (...values: unknown[]) => Promise<void>;
  await new AsyncFunction(...names, "console", body)(...Object.values(datasets), {
    log: (line: unknown) => lines.push(String(line)),
  });
  return lines;
}

it.each([
  ["fitPreparation", "154,8"],
  ["augmentBatch", "32,32,32,3"],
  ["prepareParts", "300,2; 600"],
  ["ownDataset", "2,1"],
  ["croissantOf", "http://mlcommons.org/croissant/1.1"],
])("the package's page shows how %s is used, and the example prints what it says", async (name, printed) => {
  const code = examples.find((each) => each.includes(`${name}(`));
  expect(await run(code!)).toEqual(printed.split("; "));
});

it("names every kind of step, every member of an augmentation plan and their defaults", () => {
  for (const kind of [
    "impute",
    "standardize",
    "minMax",
    "divide",
    "oneHot",
    "oneHotLabels",
    "permutePixels",
    "noise",
    "textCounts",
    "textIds",
  ]) {
    expect(readme).toMatch(new RegExp(`^\\| \`${kind}\` `, "m"));
  }
  for (const member of ["flip", "shift", "rotate", "zoom", "crop", "brightness", "cutout", "sampling", "border", "valueRange"]) {
    expect(readme).toMatch(new RegExp(`^\\| \`${member}\` `, "m"));
  }
  const { PREPARATION_DEFAULTS: prepare, AUGMENTATION_DEFAULTS: augment, PREVIEW_DEFAULTS: preview } = datasets;
  for (const text of [
    `\`missing\`: \`${JSON.stringify(prepare.missing)}\``,
    `\`per\`: \`"${prepare.per}"\``,
    `\`unknown\`: \`"${prepare.unknown}"\``,
    `\`padding\`: \`"${prepare.padding}"\``,
    `probability ${augment.cutoutProbability}`,
    `\`"${augment.sampling}"\` `,
    `\`samplesPerClass\` is ${preview.samplesPerClass}`,
  ])
    expect(readme).toContain(text);
});
