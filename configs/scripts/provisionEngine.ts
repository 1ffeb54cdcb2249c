/** Sets the native engine up in the cache folder and says in one line what tests can count on; exit code 1 when there is none. */

import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { root } from "./turbo.ts";

type EnginePackage = typeof import("../../packages/engine/dist/index.js");

try {
  const entry = pathToFileURL(join(root, "packages", "engine", "dist", "index.js"));
  const { installEngine } = (await import(entry.href)) as EnginePackage;
  const { version, reused, steps } = await installEngine({ prefer: "tensorflow" });
  process.stdout.write(`native TensorFlow ${version}, ${reused ? "from the cache" : "set up now"}\n`);
  for (const { name, ok, detail } of steps) if (!ok) process.stdout.write(`failed: ${name}: ${detail}\n`);
} catch (error) {
  const reason = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ");
  process.stdout.write(`no native TensorFlow: ${reason}\n`);
  process.exitCode = 1;
}
