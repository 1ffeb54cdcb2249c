/**
 * A reader for the HDF5 files that Keras writes: groups, text attributes, and float arrays that lie in one piece. Nothing is taken
 * for granted: sizes are held against the file before anything is allocated, and links to other files are refused.
 */

import { sizeOf } from "@tarea/core";
import { halfFloat } from "../files/halfFloat.js";
import { Hdf5Bytes, hdf5Fault } from "./hdf5Bytes.js";
import { MESSAGE, readAttribute, readDatatype, readMessages, readShape, type Attribute, type Message } from "./hdf5Messages.js";

const SIGNATURE = "\u0089HDF\r\n\u001A\n";

/** Whether the bytes begin as an HDF5 file. */
export function isHdf5(bytes: Uint8Array): boolean {
  return [...SIGNATURE].every((character, i) => bytes[i] === character.charCodeAt(0));
}

/** The root group of a file. @throws TareaError when it is none or is damaged. */
export function openHdf5(file: Uint8Array): Hdf5Object {
  if (!isHdf5(file)) throw hdf5Fault("the file is not HDF5", 0);
  const bytes = new Hdf5Bytes(file);
  const version = bytes.uint8(8);
  const isOld = version <= 1;
  const [offsetSize, lengthSize] = [bytes.uint8(isOld ? 13 : 9), bytes.uint8(isOld ? 14 : 10)];
  if (version > 3 || offsetSize !== 8 || lengthSize !== 8) throw hdf5Fault("the file is of a version that is not supported", 8);
  // Old: the root's entry follows four addresses, its own address the offset of its name.
  const rootAt = isOld ? (version === 0 ? 24 : 28) + 32 + 8 : 36;
  const root = bytes.address(rootAt);
  if (root === undefined) throw hdf5Fault("the file has no root group", rootAt);
  return new Hdf5Object(bytes, root, "");
}

export interface FloatArray {
  shape: number[];
  data: Float32Array;
}

/** A group or an array. */
export class Hdf5Object {
  readonly #bytes: Hdf5Bytes;
  readonly #path: string;
  readonly #messages: Message[];
  #links: Map<string, number> | undefined;

  constructor(bytes: Hdf5Bytes, address: number, path: string) {
    this.#bytes = bytes;
    this.#path = path;
    this.#messages = readMessages(bytes, address);
  }

  /** Names of what lies in a group; of an array, none. */
  names(): string[] {
    return [...this.#members().keys()];
  }

  /** What lies at `path` below a group, with slashes between names; `undefined` when nothing does. */
  find(path: string): Hdf5Object | undefined {
    const [name = "", ...rest] = path.split("/");
    const address = this.#members().get(name);
    if (address === undefined) return undefined;
    const member = new Hdf5Object(this.#bytes, address, `${this.#path}/${name}`);
    return rest.length === 0 ? member : member.find(rest.join("/"));
  }

  /** The texts of an attribute, one or a list; `undefined` when there is none of that name. */
  texts(name: string): string[] | undefined {
    const attributes = this.#all(MESSAGE.attribute).map((message) => readAttribute(this.#bytes, message));
    const attribute = attributes.find((one) => one.name === name);
    if (attribute !== undefined) return this.#readTexts(attribute);
    const info = this.#first(MESSAGE.attributeInfo);
    if (info === undefined || this.#isEmptyInfo(info)) return undefined;
    throw hdf5Fault(`the attributes of ${this.#path} are stored in a way that is not supported`, info.position);
  }

  /** How many numbers an array has; all of them lie in the file. */
  count(): number {
    return sizeOf(this.#array().shape);
  }

  /** The numbers of an array. */
  floats(): FloatArray {
    const { shape, bytes, stored } = this.#array();
    const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
    const read = {
      2: (i: number) => halfFloat(view.getUint16(2 * i, true)),
      4: (i: number) => view.getFloat32(4 * i, true),
      8: (i: number) => view.getFloat64(8 * i, true),
    }[bytes]!;
    const data = new Float32Array(sizeOf(shape));
    for (let i = 0; i < data.length; i++) data[i] = read(i);
    return { shape, data };
  }

  /** Shape, bytes of a number and place of an array, held against the file. */
  #array(): { shape: number[]; bytes: number; stored: Uint8Array } {
    const [dataspace, datatype] = [this.#first(MESSAGE.dataspace), this.#first(MESSAGE.datatype)];
    if (dataspace === undefined || datatype === undefined) throw hdf5Fault(`${this.#path} is no array`);
    const shape = readShape(this.#bytes, dataspace.position);
    const type = readDatatype(this.#bytes, datatype.position);
    if (type.kind !== "float") throw hdf5Fault(`the numbers of ${this.#path} are no little-endian floats`, datatype.position);
    return { shape, bytes: type.bytes, stored: this.#storage(sizeOf(shape) * type.bytes) };
  }

  /** The bytes of an array that lies in one piece, or within its header. */
  #storage(expectedBytes: number): Uint8Array {
    const refuse = (how: string): Error => hdf5Fault(`the numbers of ${this.#path} are ${how}, which is not supported`);
    if (this.#first(MESSAGE.externalFiles) !== undefined) throw refuse("in another file");
    if (this.#first(MESSAGE.filters) !== undefined) throw refuse("compressed");
    const layout = this.#first(MESSAGE.layout)?.position;
    if (layout === undefined) throw hdf5Fault(`${this.#path} is no array`);
    const [version, kind] = [this.#bytes.uint8(layout), this.#bytes.uint8(layout + 1)];
    if (version !== 3 && version !== 4) throw refuse("stored in a version that is not known");
    if (kind > 1) throw refuse("in several pieces");
    const size = kind === 0 ? this.#bytes.uint16(layout + 2) : this.#bytes.size(layout + 10);
    if (expectedBytes === 0) return new Uint8Array(0);
    const start = kind === 0 ? layout + 4 : this.#bytes.address(layout + 2);
    if (start === undefined || size !== expectedBytes)
      throw hdf5Fault(`the size of ${this.#path} does not fit its shape`, layout);
    return this.#bytes.slice(start, size);
  }

  #members(): Map<string, number> {
    this.#links ??= new Map(this.#readLinks());
    return this.#links;
  }

  #readLinks(): [string, number][] {
    const table = this.#first(MESSAGE.symbolTable);
    if (table !== undefined) return [...readSymbolTable(this.#bytes, table.position)];
    const info = this.#first(MESSAGE.linkInfo);
    if (info !== undefined && !this.#isEmptyInfo(info)) {
      throw hdf5Fault(`the members of ${this.#path} are stored in a way that is not supported`, info.position);
    }
    return this.#all(MESSAGE.link).map((message) => readLink(this.#bytes, message.position));
  }

  /** Whether what an info message would point to is in the header itself: its heap has no address. */
  #isEmptyInfo({ type, position }: Message): boolean {
    const hasIndex = (this.#bytes.uint8(position + 1) & 1) !== 0;
    const indexBytes = type === MESSAGE.attributeInfo ? 2 : 8;
    return this.#bytes.address(position + 2 + (hasIndex ? indexBytes : 0)) === undefined;
  }

  #readTexts({ shape, datatype, position, end }: Attribute): string[] {
    const count = sizeOf(shape);
    const bytes = datatype.kind === "variableText" ? 16 : datatype.kind === "text" ? datatype.bytes : undefined;
    if (bytes === undefined) return [];
    if (bytes * count > end - position) throw hdf5Fault(`an attribute of ${this.#path} is longer than its place`, position);
    return Array.from({ length: count }, (_, i) => {
      const at = position + bytes * i;
      return datatype.kind === "text" ? this.#bytes.text(at, bytes) : readVariableText(this.#bytes, at);
    });
  }

  #first(type: number): Message | undefined {
    return this.#messages.find((message) => message.type === type);
  }

  #all(type: number): Message[] {
    return this.#messages.filter((message) => message.type === type);
  }
}

/** More than any group of a model has. */
const MOST_NODES = 10_000;

/** Members of a group as a tree of nodes, whose names lie in a heap. */
function* readSymbolTable(bytes: Hdf5Bytes, position: number): Generator<[string, number]> {
  const [tree, heap] = [bytes.address(position), bytes.address(position + 8)];
  if (tree === undefined || heap === undefined) throw hdf5Fault("a group has no table", position);
  bytes.expect(heap, "HEAP");
  const names = bytes.address(heap + 24);
  if (names === undefined) throw hdf5Fault("a group has no names", heap);
  const nodes = [tree];
  for (let i = 0; i < nodes.length; i++) {
    if (i >= MOST_NODES) throw hdf5Fault("a group's tree leads in circles", position);
    const node = nodes[i]!;
    if (bytes.text(node, 4) === "SNOD") yield* readSymbols(bytes, node, names);
    else nodes.push(...readTree(bytes, node).slice(0, MOST_NODES + 1 - nodes.length));
  }
}

function readTree(bytes: Hdf5Bytes, node: number): number[] {
  bytes.expect(node, "TREE");
  const count = bytes.uint16(node + 6);
  return Array.from({ length: count }, (_, i) => {
    const child = bytes.address(node + 24 + 8 + 16 * i);
    if (child === undefined) throw hdf5Fault("a group's tree leads nowhere", node);
    return child;
  });
}

const SOFT_LINK = 2;

function* readSymbols(bytes: Hdf5Bytes, node: number, names: number): Generator<[string, number]> {
  const count = bytes.uint16(node + 6);
  for (let i = 0; i < count; i++) {
    const entry = node + 8 + 40 * i;
    const name = bytes.terminated(names + bytes.size(entry));
    const address = bytes.address(entry + 8);
    if (bytes.uint32(entry + 16) === SOFT_LINK || address === undefined) throw linkFault(name, entry);
    yield [name, address];
  }
}

function readLink(bytes: Hdf5Bytes, position: number): [string, number] {
  const flags = bytes.uint8(position + 1);
  let at = position + 2;
  const isHard = (flags & 8) === 0 || bytes.uint8(at) === 0;
  at += (flags & 8 ? 1 : 0) + (flags & 4 ? 8 : 0) + (flags & 16 ? 1 : 0);
  const lengthBytes = 1 << (flags & 3);
  const length = bytes.unsigned(at, lengthBytes);
  const name = bytes.text(at + lengthBytes, length);
  const address = isHard ? bytes.address(at + lengthBytes + length) : undefined;
  if (address === undefined) throw linkFault(name, position);
  return [name, address];
}

function linkFault(name: string, offset: number): Error {
  return hdf5Fault(`${JSON.stringify(name)} is a link to another place or file, which is not followed`, offset);
}

/** A text in a heap that the attribute points to: its length, the heap's address, its number there. */
function readVariableText(bytes: Hdf5Bytes, position: number): string {
  const [length, heap, number] = [bytes.uint32(position), bytes.address(position + 4), bytes.uint32(position + 12)];
  if (length === 0 || heap === undefined) return "";
  bytes.expect(heap, "GCOL");
  const end = heap + bytes.size(heap + 8);
  let at = heap + 16;
  while (at + 16 <= end) {
    const [index, size] = [bytes.uint16(at), bytes.size(at + 8)];
    if (index === number) return bytes.text(at + 16, Math.min(length, size));
    if (index === 0) break;
    at += 16 + 8 * Math.ceil(size / 8);
  }
  throw hdf5Fault("a text is missing from its heap", heap);
}
