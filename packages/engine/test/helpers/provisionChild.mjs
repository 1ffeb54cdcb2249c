/** Provisions the small wheel in a process of its own: node provisionChild.mjs <folder> <wheel file> <moment to stop at, or "">. */

import { appendFile, copyFile, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { provision } from "../../dist/provision.js";
import { recordSteps } from "../../dist/steps.js";
import { wheelRecipe } from "../../dist/wheelRecipe.js";

const [folder, wheelPath, stopAt] = process.argv.slice(2);
const content = await readFile(wheelPath);
const wheel = {
  package: "small",
  fileName: "small-1-py3-none-any.whl",
  sha256: createHash("sha256").update(content).digest("hex"),
  sizeBytes: (await stat(wheelPath)).size,
};

/** At the chosen moment the process says so and waits to be killed. */
async function moment(name) {
  if (name !== stopAt) return;
  process.stdout.write(`${name}\n`);
  await new Promise((_, reject) => setTimeout(reject, 60_000));
}

const recipe = wheelRecipe(
  wheel,
  {},
  {
    neededBytes: 1,
    async download(destination) {
      await writeFile(destination, content.subarray(0, content.length / 2));
      await moment("download");
      await copyFile(wheelPath, destination);
    },
    async build(path) {
      await appendFile(join(dirname(wheelPath), "builds.txt"), "x");
      await moment("build");
      await rm(join(path, "include"), { recursive: true });
      await writeFile(join(path, "tfjs_binding.node"), "addon");
      return "child's compiler";
    },
    async check() {
      await moment("check");
      return "0.1.0";
    },
  },
);
const { reused } = await provision(folder, recipe, recordSteps({ log: () => undefined, now: () => 0 }), () => undefined);
process.stdout.write(JSON.stringify({ reused }));
