/** Options that several commands share, and how their texts become values. */

import { resolve } from "node:path";
import { InvalidArgumentError, Option } from "commander";

/** `--root`: the report's folder, by default `TAREA_ROOT` or the current folder. */
export function rootOption(): Option {
  return new Option("--root <folder>", "the report's folder").env("TAREA_ROOT").default(".", "the current folder");
}

export function jsonOption(): Option {
  return new Option("--json", "print the facts as JSON on standard output");
}

export function resolveRoot(options: { root: string }): string {
  return resolve(options.root);
}

/** `1,2,3` -> [1, 2, 3]; whole numbers only. */
export function parseIntegers(text: string): number[] {
  return text.split(",").map(parseInteger);
}

export function parseInteger(text: string): number {
  if (/^\d{1,15}$/.test(text.trim())) return Number(text);
  throw new InvalidArgumentError(`expected a whole number, got ${JSON.stringify(text)}.`);
}
