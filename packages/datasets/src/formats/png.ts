/** Reads PNG pictures of 8 bits or less per channel, with the size checked before anything is unpacked. */

import { crc32, inflateSync } from "node:zlib";
import { messageOf, type NumericArray } from "@tarea/core";
import { checkBytes } from "./checkBytes.js";
import { formatError } from "./formatError.js";
import { unfilterPng, unpackPixels } from "./pngPixels.js";

export interface ParsePngOptions {
  /** Named in errors. */
  file: string;
  /** Most pixels; default `MAX_PNG_PIXELS`. */
  maxPixels?: number;
}

/** 4,096 by 4,096. */
const MAX_PNG_PIXELS = 2 ** 24;

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Kinds of colour by number: how many numbers a pixel has in the file, and which depths are read. */
const COLORS: Readonly<Record<number, { name: string; samples: number; depths: readonly number[] }>> = {
  0: { name: "grey", samples: 1, depths: [1, 2, 4, 8] },
  2: { name: "colour", samples: 3, depths: [8] },
  3: { name: "palette", samples: 1, depths: [1, 2, 4, 8] },
  4: { name: "grey with alpha", samples: 2, depths: [8] },
  6: { name: "colour with alpha", samples: 4, depths: [8] },
};

export interface PngHeader {
  width: number;
  height: number;
  depth: number;
  color: number;
  /** Numbers of a pixel in the file. */
  samples: number;
}

/**
 * The picture as uint8 `[H, W, C]`, 0 to 255: one channel for grey, three for colour and palettes. An alpha channel is left out when the
 * picture is opaque.
 *
 * @throws TareaError for a damaged or cut picture, one with more than `maxPixels`, with 16 bits, interlaced or not opaque.
 */
export function parsePng(bytes: Uint8Array, { file, maxPixels = MAX_PNG_PIXELS }: ParsePngOptions): NumericArray<"uint8"> {
  checkBytes("parsePng", bytes);
  const { header, palette, packed } = readChunks(bytes, file, maxPixels);
  const rowBytes = Math.ceil((header.width * header.samples * header.depth) / 8);
  const sizeBytes = (rowBytes + 1) * header.height;
  const content = unpack(packed, sizeBytes, file);
  const rows = unfilterPng(content, rowBytes, Math.max(1, (header.samples * header.depth) >> 3), file);
  return unpackPixels(rows, rowBytes, header, palette, file);
}

function readChunks(
  bytes: Uint8Array,
  file: string,
  maxPixels: number,
): { header: PngHeader; palette: Uint8Array | null; packed: Uint8Array } {
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte))
    throw formatError({
      file,
      problem: "this is no PNG picture",
      expected: "\\x89PNG at the start",
      received: bytes.length === 0 ? "an empty file" : JSON.stringify(Buffer.from(bytes.subarray(0, 8)).toString("latin1")),
      offset: 0,
    });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [];
  let header: PngHeader | null = null;
  let palette: Uint8Array | null = null;
  for (let at = SIGNATURE.length; ;) {
    if (at + 12 > bytes.length)
      throw formatError({
        file,
        problem: "the picture is cut short",
        expected: "a chunk",
        received: `${bytes.length - at} bytes`,
        offset: at,
      });
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > bytes.length)
      throw formatError({
        file,
        problem: "a chunk is longer than the file",
        expected: `at most ${bytes.length - at - 12} bytes`,
        received: `${length} bytes`,
        offset: at,
      });
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString("latin1");
    const content = bytes.subarray(at + 8, end - 4);
    const [sum, claimedSum] = [crc32(bytes.subarray(at + 4, end - 4)), view.getUint32(end - 4)];
    const fail = (problem: string, expected: string, received: string): Error =>
      formatError({ file, problem, expected, received, offset: at });
    if (sum !== claimedSum)
      throw fail(`the chunk ${JSON.stringify(type)} is damaged`, `CRC-32 ${claimedSum.toString(16)}`, sum.toString(16));
    if ((header === null) !== (type === "IHDR"))
      throw fail("a PNG picture begins with one header", header === null ? "IHDR" : "another chunk", JSON.stringify(type));
    if (type === "IHDR") header = readHeader(content, file, at + 8, maxPixels);
    else if (type === "PLTE") palette = checkPalette(content, file, at);
    else if (type === "IDAT") parts.push(content);
    else if (type === "tRNS") checkOpaque(content, header!, file, at);
    else if (type === "IEND") break;
    else if (/^[A-Z]/.test(type)) throw fail("unknown chunk", "IHDR, PLTE, IDAT, IEND or one to pass over", JSON.stringify(type));
    at = end;
  }
  if (header!.color === 3 && palette === null)
    throw formatError({ file, problem: "the palette is missing", expected: "PLTE", received: "none", offset: SIGNATURE.length });
  return { header: header!, palette, packed: Buffer.concat(parts) };
}

function readHeader(content: Uint8Array, file: string, offset: number, maxPixels: number): PngHeader {
  if (content.length !== 13)
    throw formatError({ file, problem: "the header is damaged", expected: "13 bytes", received: `${content.length}`, offset });
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const [width, height, depth, color] = [view.getUint32(0), view.getUint32(4), content[8]!, content[9]!];
  if (width === 0 || height === 0 || width * height > maxPixels)
    throw formatError({
      file,
      problem: "the picture is too large or empty",
      expected: `1 to ${maxPixels} pixels`,
      received: `${width} by ${height}`,
      offset,
    });
  const known = COLORS[color];
  if (known === undefined || !known.depths.includes(depth)) {
    throw formatError({
      file,
      problem: "this kind of picture is not read",
      expected: "8 bits a channel, or 1, 2 or 4 with grey and palettes",
      received: `${depth} bits of ${known?.name ?? `colour type ${color}`}`,
      hint: "Save it again with 8 bits a channel.",
      offset: offset + 8,
    });
  }
  if (content[10] !== 0 || content[11] !== 0)
    throw formatError({
      file,
      problem: "unknown packing or filter",
      expected: "0 and 0",
      received: `${content[10]} and ${content[11]}`,
      offset: offset + 10,
    });
  if (content[12] !== 0)
    throw formatError({
      file,
      problem: "interlaced pictures are not read",
      expected: "0",
      received: String(content[12]),
      hint: "Save it again without interlacing.",
      offset: offset + 12,
    });
  return { width, height, depth, color, samples: known.samples };
}

function checkPalette(content: Uint8Array, file: string, offset: number): Uint8Array {
  if (content.length > 0 && content.length <= 768 && content.length % 3 === 0) return content;
  throw formatError({
    file,
    problem: "the palette is damaged",
    expected: "3 to 768 bytes in threes",
    received: `${content.length}`,
    offset,
  });
}

function checkOpaque(content: Uint8Array, { color }: PngHeader, file: string, offset: number): void {
  if (color === 3 && content.every((alpha) => alpha === 255)) return;
  throw formatError({
    file,
    problem: "the picture is not opaque",
    expected: "no transparent colour",
    received: "the chunk tRNS",
    hint: "Save it again without transparency.",
    offset,
  });
}

function unpack(packed: Uint8Array, sizeBytes: number, file: string): Uint8Array {
  let received: string;
  let cause: unknown;
  try {
    const content = inflateSync(packed, { maxOutputLength: sizeBytes });
    if (content.length === sizeBytes) return content;
    received = `${content.length} bytes`;
  } catch (error) {
    cause = error;
    received =
      (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? `more than ${sizeBytes} bytes` : messageOf(error);
  }
  throw formatError({
    file,
    problem: "the picture's content is damaged",
    expected: `${sizeBytes} bytes unpacked, as its header says`,
    received,
    cause,
    offset: SIGNATURE.length,
  });
}
