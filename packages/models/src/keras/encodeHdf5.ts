/**
 * Writes HDF5 files as h5py reads them: groups, arrays of float32 in one piece, and texts as attributes. Objects have headers of
 * version 1, and links lie in their group's header, so that there is neither a tree nor a checksum.
 */

import { MESSAGE } from "./hdf5Messages.js";

export interface Hdf5Group {
  attributes?: Readonly<Record<string, string>>;
  members: ReadonlyMap<string, Hdf5Group | Hdf5Array>;
}

export interface Hdf5Array {
  shape: readonly number[];
  data: Float32Array;
}

/** The bytes of a file whose root is `root`. */
export function encodeHdf5(root: Hdf5Group): Uint8Array {
  const file = new Writer();
  file.add(new Uint8Array(SUPERBLOCK_BYTES));
  const texts = addTexts(file, root);
  const rootAddress = addGroup(file, root, texts);
  return file.finish(superblock(rootAddress, file.length));
}

const SUPERBLOCK_BYTES = 96;
const UNDEFINED = 2n ** 64n - 1n;

/** Parts of the file one after the other, each at a multiple of 8. */
class Writer {
  readonly #parts: { address: number; bytes: Uint8Array }[] = [];
  length = 0;

  /** Where `bytes` begin in the file. They are copied when the file is finished. */
  add(bytes: Uint8Array): number {
    const address = this.length;
    this.#parts.push({ address, bytes });
    this.length = padded(address + bytes.length);
    return address;
  }

  finish(start: Uint8Array): Uint8Array {
    const whole = new Uint8Array(this.length);
    for (const { address, bytes } of this.#parts) whole.set(bytes, address);
    whole.set(start, 0);
    return whole;
  }
}

function padded(length: number): number {
  return 8 * Math.ceil(length / 8);
}

type Field = readonly [bytes: 1 | 2 | 4 | 8, value: number | bigint];

/** Little-endian whole numbers one after the other. */
function fields(...values: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(values.reduce((sum, [size]) => sum + size, 0));
  let at = 0;
  for (const [size, value] of values) {
    let rest = BigInt(value);
    for (let i = 0; i < size; i++, rest >>= 8n) bytes[at++] = Number(rest & 0xffn);
  }
  return bytes;
}

/** `parts` one after the other; with `align` each at a multiple of 8. */
function join(parts: readonly Uint8Array[], align = false): Uint8Array {
  const room = (part: Uint8Array): number => (align ? padded(part.length) : part.length);
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + room(part), 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += room(part);
  }
  return whole;
}

function superblock(root: number, end: number): Uint8Array {
  const signature = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);
  const [offsetBytes, lengthBytes, leafNodes, innerNodes] = [8, 8, 4, 16];
  return join([
    signature,
    fields([4, 0], [1, 0], [1, offsetBytes], [1, lengthBytes], [1, 0], [2, leafNodes], [2, innerNodes], [4, 0]),
    fields([8, 0], [8, UNDEFINED], [8, end], [8, UNDEFINED]),
    fields([8, 0], [8, root], [4, 0], [4, 0], [8, 0], [8, 0]),
  ]);
}

/** An object's header: messages of a type each. */
function header(messages: readonly (readonly [type: number, body: Uint8Array])[]): Uint8Array {
  const body = join(
    messages.map(([type, content]) => join([fields([2, type], [2, padded(content.length)], [4, 0]), content], false)),
    true,
  );
  return join([fields([1, 1], [1, 0], [2, messages.length], [4, 1], [4, body.length], [4, 0]), body]);
}

function addGroup(file: Writer, { attributes = {}, members }: Hdf5Group, texts: TextPlaces): number {
  const links = [...members].map(([name, member]) => {
    const address = "data" in member ? addArray(file, member) : addGroup(file, member, texts);
    const bytes = new TextEncoder().encode(name);
    // Version 1; the name is UTF-8, and its length takes 4 bytes.
    return join([fields([1, 1], [1, 0x12], [1, 1], [4, bytes.length]), bytes, fields([8, address])]);
  });
  return file.add(
    header([
      [MESSAGE.linkInfo, fields([1, 0], [1, 0], [8, UNDEFINED], [8, UNDEFINED])],
      [GROUP_INFO, fields([1, 0], [1, 0])],
      ...links.map((link) => [MESSAGE.link, link] as const),
      ...Object.entries(attributes).map(([name, text]) => [MESSAGE.attribute, attribute(name, text, texts)] as const),
    ]),
  );
}

const [GROUP_INFO, FILL_VALUE] = [0x0a, 0x05];

function addArray(file: Writer, { shape, data }: Hdf5Array): number {
  const address = data.length === 0 ? UNDEFINED : file.add(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return file.add(
    header([
      [MESSAGE.dataspace, dataspace(shape)],
      [MESSAGE.datatype, FLOAT32],
      // Allocated late, written when set, not defined.
      [FILL_VALUE, fields([1, 2], [1, 2], [1, 2], [1, 0])],
      // Version 3, in one piece.
      [MESSAGE.layout, fields([1, 3], [1, 1], [8, address], [8, data.byteLength])],
    ]),
  );
}

function dataspace(shape: readonly number[]): Uint8Array {
  return join([fields([1, 1], [1, shape.length], [2, 0], [4, 0]), ...shape.map((size) => fields([8, size]))]);
}

/** Little-endian IEEE 754: sign at bit 31, exponent of 8 bits at 23 with bias 127, fraction of 23 bits. */
const FLOAT32 = fields(
  [1, 0x11],
  [1, 0x20],
  [1, 31],
  [1, 0],
  [4, 4],
  [2, 0],
  [2, 32],
  [1, 23],
  [1, 8],
  [1, 0],
  [1, 23],
  [4, 127],
);

/** UTF-8 of any length, which a zero ends, made of bytes without a sign. */
const TEXT = fields([1, 0x19], [1, 1], [1, 1], [1, 0], [4, 16], [4, 0x10], [4, 1], [2, 0], [2, 8]);

/** A text as an attribute, which points to its place in the heap. */
function attribute(name: string, text: string, { address, numbers }: TextPlaces): Uint8Array {
  const nameBytes = new TextEncoder().encode(`${name}\0`);
  const space = dataspace([]);
  const [length, number] = [new TextEncoder().encode(text).length, numbers.get(text)!];
  return join([
    fields([1, 1], [1, 0], [2, nameBytes.length], [2, TEXT.length], [2, space.length]),
    join([nameBytes, TEXT, space], true),
    fields([4, length], [8, address], [4, number]),
  ]);
}

interface TextPlaces {
  /** Of the heap. */
  address: number;
  /** Number of each text in the heap, from 1. */
  numbers: ReadonlyMap<string, number>;
}

/** The least that a heap of texts takes. */
const HEAP_BYTES = 4096;

/** Puts the texts of all attributes into one heap. */
function addTexts(file: Writer, root: Hdf5Group): TextPlaces {
  const numbers = new Map([...new Set(textsOf(root))].map((text, i) => [text, i + 1]));
  const objects = [...numbers].map(([text, number]) => {
    const bytes = new TextEncoder().encode(text);
    return join([fields([2, number], [2, 1], [4, 0], [8, bytes.length]), bytes]);
  });
  const used = join(objects, true);
  const prefixBytes = 16;
  const size = Math.max(HEAP_BYTES, prefixBytes + used.length + prefixBytes);
  const free = size - prefixBytes - used.length;
  const start = join([new TextEncoder().encode("GCOL"), fields([4, 1], [8, size])]);
  const rest = join([fields([2, 0], [2, 0], [4, 0], [8, free]), new Uint8Array(free - prefixBytes)]);
  return { address: file.add(join([start, used, rest])), numbers };
}

function textsOf({ attributes = {}, members }: Hdf5Group): string[] {
  return [...Object.values(attributes), ...[...members.values()].flatMap((member) => ("data" in member ? [] : textsOf(member)))];
}
