import { crc32, deflateSync } from "node:zlib";

export interface PngParts {
  width: number;
  height: number;
  depth?: number;
  /** The number of the kind of colour; default 0, grey. */
  color?: number;
  /** Bytes of each row, without its filter byte. */
  rows: readonly (readonly number[])[];
  filters?: readonly number[];
  interlaced?: boolean;
  /** Further chunks before the content. */
  chunks?: readonly (readonly [type: string, content: Uint8Array])[];
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Writes a PNG picture; the rows are taken as already filtered. */
export function pngBytes({
  width,
  height,
  depth = 8,
  color = 0,
  rows,
  filters = [],
  interlaced = false,
  chunks = [],
}: PngParts): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, color, 0, 0, interlaced ? 1 : 0], 8);
  const content = Uint8Array.from(rows.flatMap((row, y) => [filters[y] ?? 0, ...row]));
  const all = [["IHDR", header], ...chunks, ["IDAT", deflateSync(content)], ["IEND", new Uint8Array()]] as [string, Uint8Array][];
  return Buffer.concat([SIGNATURE, ...all.map(([type, bytes]) => pngChunk(type, bytes))]);
}

export function pngChunk(type: string, content: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
