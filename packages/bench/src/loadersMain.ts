#!/usr/bin/env node
/** `pnpm bench:loaders`: the table on standard output, progress and errors on standard error. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError } from "commander";
import { TareaError, checkOneOf } from "@tarea/core";
import { writeFileAtomic } from "@tarea/files";
import { LOADER_SETS, benchLoaders, loaderTable, type Loader, type LoaderAnswer, type LoaderRow } from "./benchLoaders.js";
import { preparePython } from "./pythonEnvironment.js";
import { log, runCommand } from "./runCommand.js";
import { runProgram } from "./runProgram.js";
import { prepareTorchvision } from "./torchvisionFolder.js";

const WORKER = fileURLToPath(new URL("./loadWorker.js", import.meta.url));
const PREPARE = fileURLToPath(new URL("../python/prepare_loader_files.py", import.meta.url));
const LOAD = fileURLToPath(new URL("../python/load_set.py", import.meta.url));

await runCommand(main);

async function main(signal: AbortSignal): Promise<void> {
  const { sets, rounds, json, peers } = parse(process.argv.slice(2));
  const data = process.env["TAREA_DATA_DIR"];
  if (!data)
    throw new TareaError({
      code: "option",
      where: "bench:loaders",
      problem: "TAREA_DATA_DIR must name the folder of the real files",
    });
  const prepared = await mkdtemp(join(tmpdir(), "tarea-loaders-"));
  const rows: LoaderRow[] = [];
  try {
    const python = peers ? await preparePython({ signal, log }) : null;
    const env = { ...process.env, PYTHONPATH: python === null ? "" : await prepareTorchvision(python, { signal, log }) };
    if (python !== null) {
      log("Writing the files in the peers' formats…");
      await answerOf("the preparation", python, [PREPARE, data, prepared, ...sets], { env, signal });
    }
    const run = async (loader: Loader, set: string): Promise<LoaderAnswer> => {
      log(`${set}: ${loader}`);
      const [program, args] =
        loader === "tarea" ? [process.execPath, [WORKER, set]] : [python!, [LOAD, loader, set, data, prepared]];
      return JSON.parse(await answerOf(`${loader} on ${set}`, program, args, { env, signal })) as LoaderAnswer;
    };
    for await (const row of benchLoaders({ sets, rounds, peers, run })) {
      rows.push(row);
      if (json !== undefined) await writeFileAtomic(json, `${JSON.stringify(rows, null, 2)}\n`);
    }
  } finally {
    await rm(prepared, { recursive: true, force: true });
    process.stdout.write(loaderTable(rows));
  }
}

function parse(args: readonly string[]): { sets: typeof LOADER_SETS; rounds: number; json?: string; peers: boolean } {
  const command = new Command("bench:loaders")
    .description("Measures how fast data sets load next to Keras and torchvision, from the files in TAREA_DATA_DIR.")
    .argument("[sets...]", `of ${LOADER_SETS.join(", ")}; all of them when none is named`)
    .option("--json <file>", "write the results to this file")
    .option("--rounds <n>", "turns of each loader; the best counts", parseRounds, 3)
    .option("--no-peers", "ours alone")
    .exitOverride();
  command.parse(args, { from: "user" });
  const wanted = command.args.length === 0 ? LOADER_SETS : command.args;
  const sets = wanted.map((name) => checkOneOf("bench:loaders", "sets", name, LOADER_SETS));
  return { ...command.opts<{ rounds: number; json?: string; peers: boolean }>(), sets };
}

function parseRounds(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`expected a positive whole number, got ${JSON.stringify(text)}.`);
}

/** The last line that a program prints. */
async function answerOf(
  what: string,
  program: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<string> {
  const { code, stdout, stderr } = await runProgram(program, args, options);
  if (code === 0) return stdout.trim().split("\n").at(-1)!;
  throw new TareaError({
    code: "bench",
    where: "bench:loaders",
    problem: `${what} ended without an answer`,
    received: `exit code ${code}: ${stderr.trim().split("\n").slice(-3).join(" | ").slice(-600)}`,
  });
}
