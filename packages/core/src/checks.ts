/** Option checks: they throw a `TareaError` that names the option and what was received, and return the checked value. */

import { TareaError } from "./errors.js";

/** Shows a received value in an error message: short, quoted if text, never a dump of a large object. */
export function show(value: unknown): string {
  if (typeof value === "string") return value.length > 80 ? `${JSON.stringify(value.slice(0, 77))}…` : JSON.stringify(value);
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value === null || value === undefined) return String(value);
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return value.length <= 8 ? `[${value.map(show).join(", ")}]` : `an array of ${value.length}`;
  return `an object of type ${Object.prototype.toString.call(value).slice(8, -1)}`;
}

/** Checks a whole number within `[min, max]`. @throws TareaError */
export function checkInteger(
  where: string,
  name: string,
  value: unknown,
  { min = 1, max = Number.MAX_SAFE_INTEGER } = {},
): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const kind = min === 1 ? "a positive integer" : `an integer of at least ${min}`;
  throw optionError(where, `${name} must be ${kind}${max === Number.MAX_SAFE_INTEGER ? "" : ` and at most ${max}`}`, value);
}

/** Checks a finite number within `[min, max]`; `exclusiveMin` and `exclusiveMax` open the ends. @throws TareaError */
export function checkNumber(
  where: string,
  name: string,
  value: unknown,
  options: { min?: number; max?: number; exclusiveMin?: boolean; exclusiveMax?: boolean } = {},
): number {
  const { min = -Infinity, max = Infinity, exclusiveMin = false, exclusiveMax = false } = options;
  const inside =
    typeof value === "number" &&
    Number.isFinite(value) &&
    (exclusiveMin ? value > min : value >= min) &&
    (exclusiveMax ? value < max : value <= max);
  if (inside) return value;
  const bounds: string[] = [];
  if (min !== -Infinity) bounds.push(exclusiveMin ? `above ${min}` : `at least ${min}`);
  if (max !== Infinity) bounds.push(exclusiveMax ? `below ${max}` : `at most ${max}`);
  throw optionError(where, `${name} must be a finite number${bounds.length ? ` ${bounds.join(" and ")}` : ""}`, value);
}

/** Checks membership in a closed list and names the nearest entry when it is missing. @throws TareaError */
export function checkOneOf<T extends string>(where: string, name: string, value: unknown, allowed: readonly T[]): T {
  if (typeof value === "string" && (allowed as readonly string[]).includes(value)) return value as T;
  throw new TareaError({
    code: "option",
    where,
    problem: `unknown ${name}`,
    expected: `one of ${allowed.join(", ")}`,
    received: show(value),
    hint: didYouMean(value, allowed),
  });
}

/** Checks a list. @throws TareaError */
export function checkList(where: string, name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw optionError(where, `${name} must be a list`, value);
}

/** Checks a truth value. @throws TareaError */
export function checkBoolean(where: string, name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw optionError(where, `${name} must be true or false`, value);
}

/** Refuses what is no object of options, and options whose name is not in `known`, naming the nearest that is. @throws TareaError */
export function checkKnownOptions(where: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    const expected = known.length ? `an object with ${known.join(", ")}` : "an empty object";
    throw new TareaError({ code: "option", where, problem: "the options are no object", expected, received: show(options) });
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    throw new TareaError({
      code: "option",
      where,
      problem: `unknown option ${JSON.stringify(key)}`,
      expected: known.length ? `one of ${known.join(", ")}` : "no options",
      hint: didYouMean(key, known),
    });
  }
}

/** `Did you mean "x"?` for the candidate nearest to what was received, or `undefined` when none is near. */
export function didYouMean(received: unknown, candidates: readonly string[]): string | undefined {
  if (typeof received !== "string") return undefined;
  const best = nearest(received, candidates);
  return best === undefined ? undefined : `Did you mean ${JSON.stringify(best)}?`;
}

/** The candidate with the smallest edit distance, if that is at most a third of the longer word (at least 2). */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase().slice(0, 64), candidate.toLowerCase().slice(0, 64));
    if (distance <= Math.max(2, Math.floor(Math.max(word.length, candidate.length) / 3)) && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function optionError(where: string, problem: string, value: unknown): TareaError {
  return new TareaError({ code: "option", where, problem, received: show(value) });
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, substitution));
    }
    previous = row;
  }
  return previous[b.length]!;
}
