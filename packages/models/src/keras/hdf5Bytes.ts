/** A file's bytes, read little-endian and never past their end. */

import { fileError } from "../files/fileError.js";

/** "No address" in files with 8-byte addresses. */
const UNDEFINED = 2n ** 64n - 1n;

export class Hdf5Bytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.#bytes.length;
  }

  uint8(position: number): number {
    return this.#view.getUint8(this.#check(position, 1));
  }

  uint16(position: number): number {
    return this.#view.getUint16(this.#check(position, 2), true);
  }

  uint32(position: number): number {
    return this.#view.getUint32(this.#check(position, 4), true);
  }

  /** A length or count; at most 2^53. */
  size(position: number): number {
    const value = this.#view.getBigUint64(this.#check(position, 8), true);
    if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
    throw hdf5Fault("a size is larger than any file", position);
  }

  /** A place in the file, or `undefined` where the file says that there is none. */
  address(position: number): number | undefined {
    const value = this.#view.getBigUint64(this.#check(position, 8), true);
    if (value === UNDEFINED) return undefined;
    if (value < BigInt(this.length)) return Number(value);
    throw hdf5Fault("an address is outside the file", position);
  }

  /** A whole number of 1, 2, 4 or 8 bytes. */
  unsigned(position: number, bytes: number): number {
    if (bytes === 8) return this.size(position);
    return bytes === 4 ? this.uint32(position) : bytes === 2 ? this.uint16(position) : this.uint8(position);
  }

  slice(position: number, length: number): Uint8Array {
    this.#check(position, length);
    return this.#bytes.subarray(position, position + length);
  }

  /** UTF-8 text of `length` bytes, up to the first zero. */
  text(position: number, length: number): string {
    const bytes = this.slice(position, length);
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  }

  /** Text that a zero ends. */
  terminated(position: number): string {
    const end = this.#bytes.indexOf(0, this.#check(position, 1));
    if (end < 0) throw hdf5Fault("a name does not end", position);
    return this.text(position, end - position);
  }

  /** @throws TareaError when the signature is another. */
  expect(position: number, signature: string): void {
    if (this.text(position, signature.length) !== signature) throw hdf5Fault(`${signature} was expected`, position);
  }

  #check(position: number, length: number): number {
    if (position >= 0 && length >= 0 && position + length <= this.length) return position;
    throw hdf5Fault("it is cut short or an offset is wrong", position);
  }
}

export function hdf5Fault(problem: string, offset?: number): Error {
  return fileError("HDF5", problem, { offset });
}
