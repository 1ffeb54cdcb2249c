/** The header of an NPY file. Its dictionary is read by a grammar of its own: nothing is evaluated. */

import { formatError } from "./formatError.js";
import { NPY_TYPES, type NpyType } from "./npyNumbers.js";

export interface NpyHeader {
  type: NpyType;
  fortranOrder: boolean;
  shape: number[];
  /** Where the numbers begin. */
  dataStart: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy's own limit on headers that it does not trust is 10,000. */
const MAX_HEADER_BYTES = 10_000;
/** As many axes as NumPy 2 knows. */
const MAX_AXES = 64;

/** @throws TareaError */
export function readNpyHeader(bytes: Uint8Array, file: string): NpyHeader {
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw formatError({
      file,
      problem: "this is not an NPY file",
      expected: "\\x93NUMPY at the start",
      received: bytes.length === 0 ? "an empty file" : hex(bytes.subarray(0, 6)),
      offset: 0,
    });
  }
  const version = bytes[6]!;
  if (version < 1 || version > 3)
    throw formatError({ file, problem: "unknown version of NPY", expected: "1, 2 or 3", received: String(version), offset: 6 });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const textStart = version === 1 ? 10 : 12;
  const headerBytes = version === 1 ? view.getUint16(8, true) : bytes.length < 12 ? 0 : view.getUint32(8, true);
  const limit = Math.min(MAX_HEADER_BYTES, bytes.length - textStart);
  if (headerBytes > limit || headerBytes === 0) {
    throw formatError({
      file,
      problem: headerBytes === 0 ? "the header is empty" : "the header is longer than it may be",
      expected: `1 to ${Math.max(0, limit)} bytes`,
      received: `${headerBytes} bytes`,
      offset: 8,
    });
  }
  const dataStart = textStart + headerBytes;
  const header = Buffer.from(bytes.subarray(textStart, dataStart)).toString("latin1");
  return { ...readDictionary(header, file, textStart), dataStart };
}

/** A dictionary of exactly `descr`, `fortran_order` and `shape`, in any order. */
function readDictionary(header: string, file: string, start: number): Omit<NpyHeader, "dataStart"> {
  const damaged = (at: number): Error =>
    formatError({
      file,
      problem: "the header is damaged",
      expected: "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), } or the like",
      received: JSON.stringify(header.slice(at, at + 40)),
      offset: start + at,
    });
  const found: { descr?: string; order?: string; shape?: string } = {};
  const entry = /\s*'(descr|fortran_order|shape)'\s*:\s*(?:'([^'\\]{0,200})'|(True|False)|\(([\d,\sL]*)\)|(\[))\s*(,|(?=\}))/y;
  let at = /^\s*\{/.exec(header)?.[0].length ?? 0;
  if (at === 0) throw damaged(0);
  for (;;) {
    if (/^\s*\}\s*$/.test(header.slice(at))) break;
    entry.lastIndex = at;
    const match = entry.exec(header);
    if (match === null && /^\s*'descr'\s*:\s*[[(]/.test(header.slice(at)))
      throw unreadable("structured types are not read", "a list", file, start + at);
    if (match === null) throw damaged(at);
    const [, key, text, truth, tuple] = match;
    if (key === "descr" && text !== undefined && found.descr === undefined) found.descr = text;
    else if (key === "fortran_order" && truth !== undefined && found.order === undefined) found.order = truth;
    else if (key === "shape" && tuple !== undefined && found.shape === undefined) found.shape = tuple;
    else throw damaged(at);
    at = entry.lastIndex;
  }
  const { descr, order, shape } = found;
  if (descr === undefined || order === undefined || shape === undefined) throw damaged(0);
  return {
    type: typeOf(descr, file, start),
    fortranOrder: order === "True",
    shape: shapeOf(shape, () => damaged(header.indexOf(shape))),
  };
}

function typeOf(descr: string, file: string, offset: number): NpyType {
  const type = NPY_TYPES.get(descr);
  if (type !== undefined) return type;
  if (/^\|?O/.test(descr))
    throw unreadable("object arrays are pickles, which can run code, and are never read", descr, file, offset);
  throw unreadable("this type of number is not read", descr, file, offset);
}

function unreadable(problem: string, received: string, file: string, offset: number): Error {
  return formatError({
    file,
    problem,
    expected: `one of ${[...NPY_TYPES.keys()].join(" ")}`,
    received: JSON.stringify(received.slice(0, 40)),
    hint: "Convert the array with NumPy's astype and save it again.",
    offset,
  });
}

/** Python writes `()`, `(3,)`, `(2, 3)`; NumPy for Python 2 wrote `(2L, 3L)`. */
function shapeOf(tuple: string, damaged: () => Error): number[] {
  const parts = tuple.split(",").map((part) => part.trim());
  if (parts.at(-1) === "") parts.pop();
  if (parts.length > MAX_AXES || (parts.length === 1 && !tuple.includes(","))) throw damaged();
  return parts.map((part) => {
    const length = Number(part.replace(/L$/, ""));
    if (!/^\d{1,16}L?$/.test(part) || !Number.isSafeInteger(length)) throw damaged();
    return length;
  });
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
