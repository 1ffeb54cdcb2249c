/** Numbers as people write them in files: decimal and nothing else. */

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** `""`, `" "`, `0x10`, `1_000`, `Infinity` and the like are no numbers here; spaces around a number are. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}
