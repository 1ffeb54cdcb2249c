import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generateSchemas } from "../scripts/generateSchema.js";
import { SCHEMA_VERSION, historySchema, runRecordSchema } from "../src/index.js";
import { upgradeRecord } from "../src/upgrade.js";

const shipped = (name: string): unknown => JSON.parse(readFileSync(new URL(`../schema/${name}`, import.meta.url), "utf8"));

test("the shipped schemas are those of the types; if not, run the package's generate script", () => {
  const { run, history } = generateSchemas();
  expect([shipped("run-1.json"), runRecordSchema]).toEqual([run, run]);
  expect([shipped("history-1.json"), historySchema]).toEqual([history, history]);
});

test("the schema is of the version that the writer writes, and explains its members", () => {
  expect(runRecordSchema).toMatchObject({
    properties: {
      schemaVersion: { const: SCHEMA_VERSION },
      seed: { type: "integer", minimum: 0, description: expect.stringContaining("seed") as string },
    },
  });
});

test("older records are upgraded one version at a time", () => {
  const upgrades = {
    1: (old: Record<string, unknown>) => ({ ...old, two: true }),
    2: (old: Record<string, unknown>) => ({ ...old, three: true }),
  };
  expect(upgradeRecord({ schemaVersion: 1, id: "a" }, upgrades, 3)).toEqual({
    schemaVersion: 3,
    id: "a",
    two: true,
    three: true,
  });
  expect(upgradeRecord({ schemaVersion: 2 }, upgrades, 3)).toEqual({ schemaVersion: 3, three: true });
});

test("what is no older record is left to the schema to refuse", () => {
  for (const value of [null, 1, [], {}, { schemaVersion: "0" }, { schemaVersion: 0 }, { schemaVersion: 1 }]) {
    expect(upgradeRecord(value)).toBe(value);
  }
});
