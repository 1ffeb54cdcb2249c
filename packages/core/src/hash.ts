/** Hashes that are the same on every machine: SHA-256 of bytes, and of values in canonical JSON. */

import { TareaError } from "./errors.js";

/** Part of every JavaScript runtime, but declared only in the DOM's and Node's type libraries. */
declare class TextEncoder {
  encode(text: string): Uint8Array;
}

/**
 * JSON with sorted keys and no white space; `undefined` members are left out.
 *
 * @throws TareaError for numbers that JSON cannot hold (NaN, infinities), functions, and cycles.
 */
export function canonicalJson(value: unknown): string {
  return write(value, "value", new Set());
}

/** Hexadecimal SHA-256 of `canonicalJson(value)`. */
export function canonicalHash(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** Hexadecimal SHA-256 (FIPS 180-4) of bytes in memory, or of a text's UTF-8; files are hashed by `@tarea/files`. */
export function sha256(input: Uint8Array | string): string {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  const state = new Uint32Array(INITIAL_STATE);
  const schedule = new Uint32Array(64);
  const padded = pad(bytes);
  const view = new DataView(padded.buffer, padded.byteOffset, padded.byteLength);
  for (let offset = 0; offset < padded.length; offset += 64) compress(state, schedule, view, offset);
  return [...state].map((word) => word.toString(16).padStart(8, "0")).join("");
}

function write(value: unknown, path: string, ancestors: Set<object>): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (Number.isFinite(value)) return JSON.stringify(value);
    throw new TareaError({
      code: "json",
      where: "canonicalJson",
      problem: `${path} is a number JSON cannot hold`,
      received: String(value),
    });
  }
  if (typeof value !== "object") {
    throw new TareaError({
      code: "json",
      where: "canonicalJson",
      problem: `${path} cannot be written as JSON`,
      received: typeof value,
    });
  }
  if (ancestors.has(value)) throw new TareaError({ code: "json", where: "canonicalJson", problem: `${path} contains itself` });
  ancestors.add(value);
  const text =
    Array.isArray(value) || ArrayBuffer.isView(value) ? writeArray(value, path, ancestors) : writeObject(value, path, ancestors);
  ancestors.delete(value);
  return text;
}

function writeArray(value: unknown[] | ArrayBufferView, path: string, ancestors: Set<object>): string {
  const items = Array.from(value as ArrayLike<unknown>);
  return `[${items.map((item, i) => write(item === undefined ? null : item, `${path}[${i}]`, ancestors)).join(",")}]`;
}

function writeObject(value: object, path: string, ancestors: Set<object>): string {
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${write(member, `${path}.${key}`, ancestors)}`);
  return `{${members.join(",")}}`;
}

function pad(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
  return padded;
}

function compress(state: Uint32Array, w: Uint32Array, view: DataView, offset: number): void {
  for (let t = 0; t < 16; t++) w[t] = view.getUint32(offset + 4 * t);
  for (let t = 16; t < 64; t++) {
    const s0 = rotate(w[t - 15]!, 7) ^ rotate(w[t - 15]!, 18) ^ (w[t - 15]! >>> 3);
    const s1 = rotate(w[t - 2]!, 17) ^ rotate(w[t - 2]!, 19) ^ (w[t - 2]! >>> 10);
    w[t] = w[t - 16]! + s0 + w[t - 7]! + s1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let t = 0; t < 64; t++) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + sum1 + ((e & f) ^ (~e & g)) + ROUND_CONSTANTS[t]! + w[t]!) | 0;
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i]! += word;
}

function rotate(word: number, count: number): number {
  return (word >>> count) | (word << (32 - count));
}

const PRIMES = firstPrimes(64);
const ROUND_CONSTANTS = Uint32Array.from(PRIMES, (p) => fractionBits(Math.cbrt(p)));
const INITIAL_STATE = Uint32Array.from(PRIMES.slice(0, 8), (p) => fractionBits(Math.sqrt(p)));

/** The first 32 bits of the fractional part; doubles hold 52, so the roots of the first 64 primes are exact enough. */
function fractionBits(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32);
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
  return primes;
}
