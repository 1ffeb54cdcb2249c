/** JSON as runs hold it. */

/**
 * The value of a JSON text.
 *
 * @throws SyntaxError when it is not JSON, or has `__proto__` as a key, which could change what later code sees of an object.
 */
export function parseJson(text: string): unknown {
  return JSON.parse(text, refusePrototype) as unknown;
}

function refusePrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new SyntaxError('"__proto__" is not allowed as a key');
  return value;
}
