/** The numbers of scikit-learn that test-fixtures/metrics holds; its recipe lies beside them. */

import { readFileSync } from "node:fs";

/** The cases of one golden file. JSON has no NaN: the files hold null in its place. */
export function goldenCases<Case>(name: string): Case[] {
  const text = readFileSync(new URL(`../../../test-fixtures/metrics/${name}`, import.meta.url), "utf8");
  return (JSON.parse(text) as { cases: Case[] }).cases;
}

/** Golden values with their NaNs back. */
export function withNaN(values: readonly (number | null)[]): number[] {
  return values.map((value) => value ?? Number.NaN);
}
