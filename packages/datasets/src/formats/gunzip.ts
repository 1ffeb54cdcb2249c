/** Unpacks gzip so that the input cannot decide how much memory that takes. */

import { constants, gunzipSync } from "node:zlib";
import { TareaError, messageOf } from "@tarea/core";
import { formatError } from "./formatError.js";

/** Deflate stores at most this many bytes in one. */
export const MAX_DEFLATE_RATIO = 1032;
/** A prefix of this size unpacks to at most about 4 MB. */
const HEAD_INPUT_BYTES = 4096;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The beginning of what a gzip file holds: enough for a format's header, without unpacking the rest. @throws TareaError */
export function gunzipHead(bytes: Uint8Array, file: string): Uint8Array {
  const input = bytes.subarray(0, HEAD_INPUT_BYTES);
  try {
    return gunzipSync(input, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: HEAD_INPUT_BYTES * MAX_DEFLATE_RATIO });
  } catch (error) {
    throw gzipError(error, bytes, file);
  }
}

/** Unpacks a gzip file of unknown size. @throws TareaError when it is damaged, or holds more than `maxBytes`. */
export function gunzipAtMost(bytes: Uint8Array, file: string, maxBytes: number): Uint8Array {
  // The file ends with the size it unpacks to: a buffer of that size fits in one piece, and a wrong one only costs copies.
  const claimed = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
  const chunkSize = Math.max(64, Math.min(claimed + 1, maxBytes + 1, bytes.length * MAX_DEFLATE_RATIO));
  try {
    return unpackWhole(bytes, file, maxBytes, chunkSize);
  } catch (error) {
    if (error instanceof TareaError) throw error;
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw formatError({
        file,
        problem: "the file unpacks to more than it may",
        expected: `at most ${maxBytes} bytes`,
        received: "more",
        offset: maxBytes,
      });
    throw gzipError(error, bytes, file);
  }
}

/**
 * Unpacks a gzip file that must hold exactly `sizeBytes`.
 *
 * @throws TareaError when the file is cut short, damaged, followed by other bytes, or holds more or less.
 */
export function gunzipExactly(bytes: Uint8Array, file: string, sizeBytes: number): Uint8Array {
  if (sizeBytes > bytes.length * MAX_DEFLATE_RATIO) {
    throw formatError({
      file,
      problem: "the header announces more than the file can hold",
      expected: `at most ${bytes.length * MAX_DEFLATE_RATIO} bytes from ${bytes.length} bytes of gzip`,
      received: `${sizeBytes} bytes`,
      offset: 0,
    });
  }
  let unpacked: Uint8Array;
  try {
    // One chunk that fits all, so that nothing is copied.
    unpacked = unpackWhole(bytes, file, Math.max(sizeBytes, 1), Math.max(sizeBytes + 1, 64));
  } catch (error) {
    if (error instanceof TareaError) throw error;
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw wrongSize(file, sizeBytes, `more than ${sizeBytes}`, sizeBytes);
    throw gzipError(error, bytes, file);
  }
  if (unpacked.length !== sizeBytes) throw wrongSize(file, sizeBytes, String(unpacked.length), unpacked.length);
  return unpacked;
}

/** @throws TareaError when other bytes follow the gzip stream; whatever zlib throws. */
function unpackWhole(bytes: Uint8Array, file: string, maxOutputLength: number, chunkSize: number): Uint8Array {
  // `info` tells where the stream ended.
  const options = { maxOutputLength, chunkSize, info: true };
  const { buffer, engine } = gunzipSync(bytes, options) as unknown as { buffer: Uint8Array; engine: { bytesWritten: number } };
  if (engine.bytesWritten >= bytes.length) return buffer;
  throw formatError({
    file,
    problem: "bytes follow the end of the gzip stream",
    expected: `${engine.bytesWritten} bytes`,
    received: `${bytes.length} bytes`,
    offset: engine.bytesWritten,
  });
}

function wrongSize(file: string, expected: number, received: string, offset: number): TareaError {
  return formatError({
    file,
    problem: "the content does not have the size its header announces",
    expected: `${expected} bytes unpacked`,
    received: `${received} bytes`,
    offset,
  });
}

export function gzipError(error: unknown, bytes: Uint8Array, file: string): TareaError {
  const cutShort = (error as NodeJS.ErrnoException).code === "Z_BUF_ERROR";
  return formatError({
    file,
    problem: cutShort ? "the gzip stream is cut short" : "the gzip stream is damaged",
    expected: "a complete gzip file",
    received: cutShort ? `an end after ${bytes.length} bytes` : messageOf(error),
    hint: "Download the file again.",
    offset: cutShort ? bytes.length : 0,
    cause: error,
  });
}
