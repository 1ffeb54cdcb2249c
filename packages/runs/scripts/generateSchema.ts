/** Writes `schema/*.json` and `src/schema.ts` from the types in `src/record.ts`. A test fails while they are stale. */

import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createGenerator } from "ts-json-schema-generator";

/** The schemas as the types have them now. */
export function generateSchemas(): { run: object; history: object } {
  return {
    run: schemaOf("RunRecord", "Tarea run record, schema 1: run.json"),
    history: schemaOf("History", "Tarea run history, schema 1: history.json"),
  };
}

function schemaOf(type: string, title: string): object {
  const generator = createGenerator({
    path: at("src/record.ts"),
    tsconfig: at("tsconfig.json"),
    type,
    additionalProperties: true,
    sortProps: false,
    topRef: false,
    skipTypeCheck: true,
  });
  const { $schema, definitions = {}, ...rest } = generator.createSchema(type);
  return { $schema, title, ...rest, ...(Object.keys(definitions).length > 0 ? { definitions } : {}) };
}

function moduleText({ run, history }: { run: object; history: object }): string {
  return `/** JSON Schemas of \`run.json\` and \`history.json\`, generated from record.ts by scripts/generateSchema.ts; do not edit. */

/** JSON Schema (draft 7) of a record, as in schema/run-1.json. It allows members it does not name: a minor version may add some. */
export const runRecordSchema = JSON.parse(${literal(run)}) as Record<string, unknown>;

/** JSON Schema (draft 7) of a history, as in schema/history-1.json. That its columns are equally long is checked beside it. */
export const historySchema = JSON.parse(${literal(history)}) as Record<string, unknown>;
`;
}

/** JSON as a template literal, which a formatter leaves alone. */
function literal(schema: object): string {
  return `\`${JSON.stringify(schema).replaceAll(/[\\`]|\$\{/g, String.raw`\$&`)}\``;
}

function at(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const schemas = generateSchemas();
  mkdirSync(at("schema"), { recursive: true });
  writeFileSync(at("schema/run-1.json"), `${JSON.stringify(schemas.run, null, 2)}\n`);
  writeFileSync(at("schema/history-1.json"), `${JSON.stringify(schemas.history, null, 2)}\n`);
  writeFileSync(at("src/schema.ts"), moduleText(schemas));
}
