/** Brings records of older schema versions to the present one, a version at a time. */

import { SCHEMA_VERSION } from "./record.js";

/** Takes a record of version `n`, returns one of version `n + 1`; may trust nothing about its argument's shape. */
export type Upgrade = (old: Record<string, unknown>) => Record<string, unknown>;

/** By the version they start from. Schema 1 is the first, so there is none yet. */
const UPGRADES: Readonly<Record<number, Upgrade>> = {};

/** `value` as the schema version `target` would have it; unchanged where no upgrade is known. Its shape is checked afterwards. */
export function upgradeRecord(value: unknown, upgrades = UPGRADES, target: number = SCHEMA_VERSION): unknown {
  let record = value;
  while (isObject(record) && typeof record["schemaVersion"] === "number" && record["schemaVersion"] < target) {
    const from: number = record["schemaVersion"];
    if (!Object.hasOwn(upgrades, from)) return record;
    record = { ...upgrades[from]!(record), schemaVersion: from + 1 };
  }
  return record;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
