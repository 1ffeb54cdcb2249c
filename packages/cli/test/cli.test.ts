import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "./runCommand.js";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "tarea-cli-"));
  mkdirSync(join(root, "experiments"));
  writeExperiment("quick", 2);
  writeExperiment("endless", 100_000);
});
afterAll(() => rmSync(root, { recursive: true }));

function writeExperiment(id: string, epochs: number): void {
  const address = (name: string): string => new URL(`../../${name}/dist/index.js`, import.meta.url).href;
  writeFileSync(
    join(root, `experiments/${id}.js`),
    `import { mlp } from "${address("models")}";
import { defineExperiment, sgd } from "${address("training")}";
export default defineExperiment({
  id: "${id}", title: "${id}", data: { name: "mnist", validationCount: 100, trainCount: 300 },
  model: ({ inputShape, classes, seed }) => mlp({ inputShape, classes, seed, units: [4] }),
  loss: "categoricalCrossentropy", optimizer: sgd(), batchSize: 100, epochs: ${epochs},
});`,
  );
}

function train(id: string, ...more: string[]): string[] {
  return ["train", id, "--root", root, "--engine", "cpu", "--data", "synthetic", "--offline", ...more];
}

test("every command explains itself on standard output", async () => {
  for (const command of [
    [],
    ["data", "list"],
    ["data", "fetch"],
    ["data", "check"],
    ["data", "show"],
    ["data", "export"],
    ["models"],
    ["models", "show"],
    ["models", "results"],
    ["models", "card"],
    ["train"],
    ["dev"],
    ["build"],
    ["doctor"],
    ["engine", "install"],
  ]) {
    const { code, stdout, stderr } = await runCommand([...command, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`Usage: ${["tarea", ...command].join(" ")}`);
  }
});

test("the version is the package's", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  expect((await runCommand(["--version"])).stdout.trim()).toBe(version);
});

test("doctor prints nothing but JSON when asked for it", async () => {
  const { code, stdout } = await runCommand(["doctor", "--json"]);
  const facts = JSON.parse(stdout) as { engine: { name: string; version: string; reason: string } };
  expect(code).toBe(0);
  expect(["tensorflow", "wasm", "cpu"]).toContain(facts.engine.name);
  expect(facts.engine.version).toMatch(/^\d+\.\d+/);
  expect(facts.engine.reason).not.toBe("");
});

test("data list and data check print facts as JSON", async () => {
  const list = JSON.parse((await runCommand(["data", "list", "--json"])).stdout) as { name: string }[];
  expect(list.map(({ name }) => name)).toContain("mnist");
  const env = { TAREA_CACHE_DIR: join(root, "empty-cache") };
  const [check] = JSON.parse((await runCommand(["data", "check", "mnist", "--json"], { env })).stdout) as [
    { name: string; ok: boolean },
  ];
  expect(check).toMatchObject({ name: "mnist", ok: false });
});

test("models prints presets with exact counts as JSON, and a table without", async () => {
  const { code, stdout, stderr } = await runCommand(["models", "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const presets = JSON.parse(stdout) as { id: string }[];
  expect(presets.find(({ id }) => id === "d4")).toMatchObject({
    id: "d4",
    totalParams: 62_006,
    trainableParams: 62_006,
    nonTrainableParams: 0,
    multiplyAdds: 651_720,
  });
  expect((await runCommand(["models"])).stdout).toMatch(/^d4 +LeNet-5 +lenet5 +\[32, 32, 3\] +62,006 +62,006 +651,720$/m);
});

const FIXTURE_RUNS = fileURLToPath(new URL("../../../test-fixtures/runs", import.meta.url));

test("models results prints what the runs measured, as Markdown and as JSON", async () => {
  const { code, stdout, stderr } = await runCommand(["models", "results", "--runs", FIXTURE_RUNS]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^\| e1: The provided model \| mnist\\\* \| test \| 2 \| 0\.\d{4} ± 0\.\d{4} \|/m);
  const json = await runCommand(["models", "results", "--runs", FIXTURE_RUNS, "--json"]);
  expect((JSON.parse(json.stdout) as { experiment: string }[]).map(({ experiment }) => experiment)).toEqual(["e1", "e2"]);
});

test("models results says where it found no runs", async () => {
  const { code, stdout, stderr } = await runCommand(["models", "results", "--runs", join(root, "no-runs"), "--json"]);
  expect({ code, rows: JSON.parse(stdout) as unknown }).toEqual({ code: 0, rows: [] });
  expect(stderr).toBe(`There is no complete final run in ${join(root, "no-runs")}. Train one with: tarea train\n`);
});

test("models card prints a card from the final runs, and names an experiment without any", async () => {
  const { code, stdout } = await runCommand(["models", "card", "e1", "--runs", FIXTURE_RUNS, "--license", "mit"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^---\nlicense: "mit"\n/);
  expect(stdout).toContain('type: "accuracy"');
  const missing = await runCommand(["models", "card", "e9", "--runs", FIXTURE_RUNS, "--license", "mit"]);
  expect([missing.code, missing.stderr]).toEqual([
    1,
    'error: models card: there is no complete final run of "e9". Train it with: tarea train e9\n',
  ]);
});

test("data check prints tables and what to keep in mind", async () => {
  const { code, stdout, stderr } = await runCommand(["data", "check", "xor"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(": as it should be");
  expect(stdout).toMatch(/^class +train +test$/m);
  expect(stdout).toContain("- 4 of the test part occur in the training part, too.");
});

test("data show writes a page that needs nothing else", async () => {
  const path = join(root, "moons.html");
  const { code, stdout } = await runCommand(["data", "show", "moons", "--out", path, "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ name: "moons", path, synthetic: false });
  const page = readFileSync(path, "utf8");
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).toContain("<svg");
  expect(page).not.toContain("<script");
});

test("data export prints Croissant on standard output, or writes it", async () => {
  const printed = await runCommand(["data", "export", "mnist", "--format", "croissant"]);
  expect({ code: printed.code, stderr: printed.stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(printed.stdout)).toMatchObject({ name: "mnist", conformsTo: "http://mlcommons.org/croissant/1.1" });
  const path = join(root, "mnist.json");
  await runCommand(["data", "export", "mnist", "--out", path]);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(JSON.parse(printed.stdout));
});

test.each([
  [["data", "show", "mnits"], 2, 'Did you mean "mnist"?'],
  [["data", "export", "mnist", "--format", "yaml"], 2, "Allowed choices are croissant"],
  [["trian"], 2, "Did you mean train?"],
  [["train", "--epochs", "3"], 2, "unknown option '--epochs'"],
  [["train", "--seeds", "1,x"], 2, 'expected a whole number, got "x"'],
  [["data", "check", "mnits"], 2, 'Did you mean "mnist"?'],
  [["train", "anything", "--root", "/nowhere", "--engine", "cpu"], 1, "Run the command in a report's folder"],
])("a wrong call says what is right: %o", async (args, expectedCode, message) => {
  const { code, stdout, stderr } = await runCommand(args);
  expect({ code, stdout }).toEqual({ code: expectedCode, stdout: "" });
  expect(stderr).toContain(message);
  expect(stderr).not.toContain("    at ");
});

test("train prints its results as JSON and keeps what is complete", { timeout: 60_000 }, async () => {
  const first = await runCommand(train("quick", "--json"));
  expect(first.code).toBe(0);
  const facts = JSON.parse(first.stdout) as {
    interrupted: boolean;
    runs: { stage: string; status: string; synthetic: boolean }[];
  };
  expect(facts).toMatchObject({ interrupted: false });
  expect(facts.runs.map(({ status, synthetic }) => [status, synthetic])).toEqual([
    ["complete", true],
    ["complete", true],
  ]);
  expect((await runCommand(train("quick"))).stderr).toContain("already complete");
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)(
  "%s ends the training, keeps the record as interrupted and exits with %i",
  { timeout: 60_000 },
  async (signal, expectedCode) => {
    let sent = false;
    const { code, stderr } = await runCommand(train("endless", "--stage", "validation", "--force"), {
      onOutput: (child, text) => {
        if (sent || !text.includes("endless validation")) return;
        sent = true;
        setTimeout(() => child.kill(signal), 4000);
      },
    });
    expect(code).toBe(expectedCode);
    expect(stderr).toContain("interrupted after");
    const folder = join(root, "runs/endless");
    const [run] = readdirSync(folder);
    expect(JSON.parse(readFileSync(join(folder, run!, "run.json"), "utf8"))).toMatchObject({ status: "interrupted" });
    expect(
      execFileSync("ps", ["-eo", "args"])
        .toString()
        .split("\n")
        .filter((line) => line.includes("trainWorker") && line.includes(root)),
    ).toEqual([]);
  },
);
