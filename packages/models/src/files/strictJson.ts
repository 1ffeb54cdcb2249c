/**
 * JSON as model files should hold it. Unlike `JSON.parse` it refuses what can be read in two ways: a key that comes twice, an
 * integer that a double rounds, a key that names a part of every object.
 */

import { fileError } from "./fileError.js";

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

const MAX_DEPTH = 100;
const FORBIDDEN_KEYS = ["__proto__", "constructor", "prototype"];

/** @throws TareaError with the offset of the first fault. */
export function parseStrictJson(text: string, where: string): Json {
  const reader = new Reader(text, where);
  const value = reader.value(0);
  reader.end();
  return value;
}

/** The members of an object; of anything else, none. */
export function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

class Reader {
  readonly #text: string;
  readonly #where: string;
  #position = 0;

  constructor(text: string, where: string) {
    this.#text = text;
    this.#where = where;
  }

  value(depth: number): Json {
    if (depth > MAX_DEPTH) throw this.#fault(`it is nested deeper than ${MAX_DEPTH} levels`);
    this.#space();
    switch (this.#text[this.#position]) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#array(depth);
      case '"':
        return this.#string();
      default:
        return this.#literal();
    }
  }

  end(): void {
    this.#space();
    if (this.#position < this.#text.length) throw this.#fault("something follows the value");
  }

  #object(depth: number): JsonObject {
    const members = new Map<string, Json>();
    this.#list("}", () => {
      this.#space();
      const key = this.#string();
      if (members.has(key)) throw this.#fault(`the key ${JSON.stringify(key)} comes twice`);
      if (FORBIDDEN_KEYS.includes(key)) throw this.#fault(`the key ${JSON.stringify(key)} is not allowed`);
      this.#space();
      this.#take(":");
      members.set(key, this.value(depth + 1));
    });
    return Object.fromEntries(members);
  }

  #array(depth: number): Json[] {
    const items: Json[] = [];
    this.#list("]", () => items.push(this.value(depth + 1)));
    return items;
  }

  /** An opening bracket, items with commas between, and `close`. */
  #list(close: string, item: () => void): void {
    this.#position++;
    this.#space();
    if (this.#text[this.#position] === close) return void this.#position++;
    for (;;) {
      item();
      this.#space();
      if (this.#text[this.#position] === close) return void this.#position++;
      this.#take(",");
    }
  }

  #string(): string {
    const [match] = this.#match(STRING, "a string");
    return JSON.parse(match) as string;
  }

  #literal(): Json {
    const [match] = this.#match(LITERAL, "a value");
    const value = JSON.parse(match) as Json;
    const isRounded = typeof value === "number" && /^-?\d+$/.test(match) && !Number.isSafeInteger(value);
    if (isRounded || (typeof value === "number" && !Number.isFinite(value)))
      throw this.#fault(`the number ${match} is too large`);
    return value;
  }

  #match(pattern: RegExp, expected: string): RegExpExecArray {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match === null) throw this.#fault(`it is not JSON: ${expected} was expected`);
    this.#position = pattern.lastIndex;
    return match;
  }

  #take(character: string): void {
    if (this.#text[this.#position] !== character) throw this.#fault(`it is not JSON: ${character} was expected`);
    this.#position++;
  }

  #space(): void {
    while (" \t\n\r".includes(this.#text[this.#position] ?? "x")) this.#position++;
  }

  #fault(problem: string): Error {
    return fileError(this.#where, problem, {
      offset: this.#position,
      received:
        this.#position < this.#text.length
          ? JSON.stringify(this.#text.slice(this.#position, this.#position + 30))
          : "the end of the text",
    });
  }
}

const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/uy;
const LITERAL = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
