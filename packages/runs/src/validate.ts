/** Checks parsed JSON against the schemas, and says in words where it is wrong. */

import { TareaError, show } from "@tarea/core";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { SCHEMA_VERSION, type History, type RunRecord } from "./record.js";
import { historySchema, runRecordSchema } from "./schema.js";
import { upgradeRecord } from "./upgrade.js";

let compiled: { record: ValidateFunction<RunRecord>; history: ValidateFunction<History> } | undefined;

/**
 * The record held in `value`, brought to the present schema version.
 *
 * @throws TareaError with code `"record"`, or `"version"` when a newer Tarea wrote it.
 */
export function checkRecord(where: string, value: unknown, file?: string): RunRecord {
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === "number" && version > SCHEMA_VERSION) {
    throw new TareaError({
      code: "version",
      where,
      problem: `the record has schema version ${version}, newer than this version of Tarea knows`,
      expected: `at most ${SCHEMA_VERSION}`,
      hint: "Update the @tarea packages.",
      file,
    });
  }
  const current = upgradeRecord(value);
  const { record } = validators();
  if (!record(current)) throw invalid("record", where, record.errors, current, file);
  return current;
}

/** The history held in `value`. @throws TareaError with code `"history"`. */
export function checkHistory(where: string, value: unknown, file?: string): History {
  const { history } = validators();
  if (!history(value)) throw invalid("history", where, history.errors, value, file);
  for (const [name, column] of Object.entries(value)) {
    if (column.length === value.epoch.length) continue;
    throw new TareaError({
      code: "history",
      where,
      problem: `column ${show(name)} must be as long as "epoch"`,
      expected: `${value.epoch.length} values`,
      received: String(column.length),
      file,
    });
  }
  return value;
}

function validators(): NonNullable<typeof compiled> {
  if (!compiled) {
    const ajv = new Ajv({ strict: true, allErrors: false, allowUnionTypes: true, ownProperties: true });
    compiled = { record: ajv.compile<RunRecord>(runRecordSchema), history: ajv.compile<History>(historySchema) };
  }
  return compiled;
}

function invalid(
  code: string,
  where: string,
  errors: ErrorObject[] | null | undefined,
  value: unknown,
  file?: string,
): TareaError {
  const { instancePath = "", message = "is not valid" } = errors?.[0] ?? {};
  const place = instancePath.slice(1).replaceAll("/", ".").slice(0, 120);
  const found = at(value, instancePath);
  return new TareaError({
    code,
    where,
    problem: `${place || `the ${code}`} ${message}`,
    received: message.startsWith("must have required") ? undefined : show(found),
    hint: "The file was damaged or written by something else: restore it, or run the experiment again.",
    file,
  });
}

/** The value at a JSON pointer. */
function at(value: unknown, pointer: string): unknown {
  let found = value;
  for (const step of pointer.split("/").slice(1)) {
    found = (found as Record<string, unknown> | null)?.[step.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return found;
}
