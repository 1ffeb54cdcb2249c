/** The messages of an HDF5 object: what it is, where its parts are, and its attributes. */

import { hdf5Fault, type Hdf5Bytes } from "./hdf5Bytes.js";

export interface Message {
  type: number;
  position: number;
  size: number;
}

export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

/** More blocks than any real object has: a chain that is longer leads in circles. */
const MOST_BLOCKS = 1000;

/** The messages of the object header at `address`, of format version 1 or 2, with those of its continuations. */
export function readMessages(bytes: Hdf5Bytes, address: number): Message[] {
  const isVersion2 = bytes.text(address, 4) === "OHDR";
  const blocks = [isVersion2 ? firstBlock2(bytes, address) : firstBlock1(bytes, address)];
  const messages: Message[] = [];
  for (let i = 0; i < blocks.length; i++) {
    if (i >= MOST_BLOCKS) throw hdf5Fault("an object's header leads in circles", address);
    for (const message of readBlock(bytes, blocks[i]!)) {
      if (message.type === MESSAGE.continuation) blocks.push(continuation(bytes, message, blocks[0]!));
      else messages.push(message);
    }
  }
  return messages;
}

interface Block {
  start: number;
  end: number;
  /** Bytes before a message's data: its type, size and flags. */
  prefix: number;
  isVersion2: boolean;
}

function firstBlock1(bytes: Hdf5Bytes, address: number): Block {
  if (bytes.uint8(address) !== 1) throw hdf5Fault("an object's header is of a version that is not known", address);
  const start = address + 16;
  return { start, end: start + bytes.uint32(address + 8), prefix: 8, isVersion2: false };
}

function firstBlock2(bytes: Hdf5Bytes, address: number): Block {
  const flags = bytes.uint8(address + 5);
  const sizeAt = address + 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const sizeBytes = 1 << (flags & 3);
  const start = sizeAt + sizeBytes;
  return { start, end: start + bytes.unsigned(sizeAt, sizeBytes), prefix: flags & 4 ? 6 : 4, isVersion2: true };
}

function continuation(bytes: Hdf5Bytes, { position }: Message, { isVersion2, prefix }: Block): Block {
  const [address, length] = [bytes.address(position), bytes.size(position + 8)];
  if (address === undefined) throw hdf5Fault("an object's header goes on nowhere", position);
  if (!isVersion2) return { start: address, end: address + length, prefix, isVersion2 };
  bytes.expect(address, "OCHK");
  return { start: address + 4, end: address + length - 4, prefix, isVersion2 };
}

/** What is shared with another object says so in its flags, and is not read. */
const SHARED = 2;

function* readBlock(bytes: Hdf5Bytes, { start, end, prefix, isVersion2 }: Block): Generator<Message> {
  let at = start;
  while (at + prefix <= end) {
    const type = isVersion2 ? bytes.uint8(at) : bytes.uint16(at);
    const size = bytes.uint16(at + (isVersion2 ? 1 : 2));
    const flags = bytes.uint8(at + (isVersion2 ? 3 : 4));
    const position = at + prefix;
    if (position + size > end) throw hdf5Fault("a message is longer than its object's header", at);
    if (flags & SHARED && type !== 0) throw hdf5Fault("a part is shared with another object, which is not supported", at);
    yield { type, position, size };
    at = position + size;
  }
}

/** Sizes of each axis; none for a single value. */
export function readShape(bytes: Hdf5Bytes, position: number): number[] {
  const version = bytes.uint8(position);
  if (version !== 1 && version !== 2) throw hdf5Fault("a shape is of a version that is not known", position);
  const rank = bytes.uint8(position + 1);
  if (version === 2 && bytes.uint8(position + 3) === 2) return [0];
  const first = position + (version === 1 ? 8 : 4);
  return Array.from({ length: rank }, (_, i) => bytes.size(first + 8 * i));
}

export type Datatype =
  | { kind: "float"; bytes: number }
  | { kind: "text"; bytes: number }
  | { kind: "variableText" }
  | { kind: "other" };

export function readDatatype(bytes: Hdf5Bytes, position: number): Datatype {
  const typeClass = bytes.uint8(position) & 0x0f;
  const [bits, size] = [bytes.uint8(position + 1), bytes.uint32(position + 4)];
  if (typeClass === FLOAT && (bits & 0x41) === 0 && FLOAT_BYTES.includes(size)) return { kind: "float", bytes: size };
  if (typeClass === TEXT) return { kind: "text", bytes: size };
  return typeClass === VARIABLE && (bits & 0x0f) === 1 ? { kind: "variableText" } : { kind: "other" };
}

const [FLOAT, TEXT, VARIABLE] = [1, 3, 9];
const FLOAT_BYTES = [2, 4, 8];

export interface Attribute {
  name: string;
  shape: number[];
  datatype: Datatype;
  /** Where its values lie. */
  position: number;
  end: number;
}

export function readAttribute(bytes: Hdf5Bytes, { position, size }: Message): Attribute {
  const version = bytes.uint8(position);
  if (version < 1 || version > 3) throw hdf5Fault("an attribute is of a version that is not known", position);
  const padded = (length: number): number => (version === 1 ? 8 * Math.ceil(length / 8) : length);
  const [nameSize, typeSize, spaceSize] = [2, 4, 6].map((offset) => bytes.uint16(position + offset)) as [number, number, number];
  const nameAt = position + (version === 3 ? 9 : 8);
  const typeAt = nameAt + padded(nameSize);
  const spaceAt = typeAt + padded(typeSize);
  return {
    name: bytes.text(nameAt, nameSize),
    datatype: readDatatype(bytes, typeAt),
    shape: readShape(bytes, spaceAt),
    position: spaceAt + padded(spaceSize),
    end: position + size,
  };
}
