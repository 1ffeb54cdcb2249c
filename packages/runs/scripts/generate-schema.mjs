/** Writes `schema/*.json` and `src/schema.ts` from the types in `src/record.ts`; with `--check` it only says whether they are stale. */

import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createGenerator } from "ts-json-schema-generator";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** What the generated files must hold, by path in the package. */
export function schemaFiles() {
  const run = schemaOf("RunRecord", "Tarea run record, schema 1: run.json");
  const history = schemaOf("History", "Tarea run history, schema 1: history.json");
  return {
    "schema/run-1.json": `${JSON.stringify(run, null, 2)}\n`,
    "schema/history-1.json": `${JSON.stringify(history, null, 2)}\n`,
    "src/schema.ts": [
      "/** JSON Schemas of `run.json` and `history.json`, generated from record.ts by scripts/generate-schema.mjs; do not edit. */",
      "",
      "/** JSON Schema (draft 7) of a record, as in schema/run-1.json. Members it does not name are allowed: a minor version may add some. */",
      `export const runRecordSchema = JSON.parse(${literal(run)}) as Record<string, unknown>;`,
      "",
      "/** JSON Schema (draft 7) of a history, as in schema/history-1.json. That its columns are equally long is checked beside it. */",
      `export const historySchema = JSON.parse(${literal(history)}) as Record<string, unknown>;`,
      "",
    ].join("\n"),
  };
}

function schemaOf(type, title) {
  const generator = createGenerator({
    path: at("src/record.ts"),
    tsconfig: at("tsconfig.json"),
    type,
    additionalProperties: true,
    sortProps: false,
    topRef: false,
    skipTypeCheck: true,
  });
  const { $schema, definitions, ...rest } = generator.createSchema(type);
  return { $schema, title, ...rest, ...(definitions && Object.keys(definitions).length > 0 ? { definitions } : {}) };
}

/** JSON as a template literal, which a formatter leaves alone. */
function literal(schema) {
  return `\`${JSON.stringify(schema).replace(/[\\`]|\$\{/g, "\\$&")}\``;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(at("schema"), { recursive: true });
  for (const [path, text] of Object.entries(schemaFiles())) {
    if (!process.argv.includes("--check")) writeFileSync(at(path), text);
    else if (readFileSync(at(path), "utf8") !== text) {
      process.exitCode = 1;
      console.error(`${path} is stale: run "pnpm --filter @tarea/runs generate".`);
    }
  }
}
