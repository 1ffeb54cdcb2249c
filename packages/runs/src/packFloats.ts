/** Float32 arrays as little-endian bytes, whatever the machine's own order. */

import { endianness } from "node:os";

const SWAP = endianness() === "BE";

/** A copy of `values` as little-endian bytes. */
export function floatsToBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  if (SWAP) Buffer.from(bytes.buffer).swap32();
  return bytes;
}

/** The floats held in little-endian `bytes`, copied; `bytes.length` is a multiple of 4. */
export function bytesToFloats(bytes: Uint8Array): Float32Array {
  const copy = Uint8Array.from(bytes);
  if (SWAP) Buffer.from(copy.buffer).swap32();
  return new Float32Array(copy.buffer);
}
