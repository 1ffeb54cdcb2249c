import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readPredictions, readRuns } from "../src/index.js";
import { emptyFolder, exampleRecord } from "./exampleRun.js";

/** Writes without end, and says so once the folder is complete. */
const ENDLESS_WRITER = `
  import { createRunWriter } from "@tarea/runs";
  const [folder, record] = process.argv.slice(1);
  const writer = await createRunWriter({ folder, record: JSON.parse(record) });
  for (let i = 0; ; i++) {
    await writer.writeHistory({ epoch: Array.from({ length: i }, (_, epoch) => epoch), loss: Array(i).fill(1) });
    await writer.update({ warnings: Array(i % 50).fill("written again") });
    await writer.writePredictions({ probabilities: new Float32Array(20_000).fill(0.5), labels: new Uint8Array(10_000).fill(i % 2), classes: 2 });
    process.stdout.write(i + "\\n");
  }
`;

test("a process killed while it writes leaves a run that can be read", async () => {
  const root = await emptyFolder();
  for (const writes of [1, 2, 3, 5, 8]) {
    const record = exampleRecord({ id: `killed-${writes}`, status: "running" });
    const child = spawn(process.execPath, ["--input-type=module", "-e", ENDLESS_WRITER, root, JSON.stringify(record)], {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      stdio: ["ignore", "pipe", "inherit"],
    });
    const closed = once(child, "close");
    let lines = 0;
    for await (const chunk of child.stdout) {
      lines += String(chunk).split("\n").length - 1;
      if (lines >= writes) child.kill("SIGKILL");
    }
    await closed;
  }
  const { runs, faults } = await readRuns(root);
  expect([runs.length, faults]).toEqual([5, []]);
  for (const run of runs) {
    expect(run.history.epoch.length).toBeGreaterThanOrEqual(0);
    const predictions = await readPredictions(run);
    if (run.record.predictions) expect(predictions?.samples).toBe(10_000);
  }
  await rm(root, { recursive: true });
});
