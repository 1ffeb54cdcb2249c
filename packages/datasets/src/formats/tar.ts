/** Reads chosen files out of a tar archive, plain or gzipped, into memory: nothing it says can reach the disk. */

import { createGunzip } from "node:zlib";
import { formatError } from "./formatError.js";
import { MAX_DEFLATE_RATIO, gzipError, isGzip } from "./gunzip.js";
import { safeEntryName } from "./safeEntryName.js";
import { isEndOfTar, readTarHeader, readPaxRecords, TAR_BLOCK_BYTES, type TarHeader } from "./tarHeader.js";

export interface ReadTarOptions {
  /** Named in errors. */
  file: string;
  /** Whether an entry of this name is to be read; all others are skipped. */
  wanted: (name: string) => boolean;
  /** Most bytes that the archive may unpack to, skipped entries and headers included. */
  maxBytes: number;
  /** Default `MAX_TAR_ENTRIES`. */
  maxEntries?: number;
}

const MAX_TAR_ENTRIES = 1_000_000;
/** Most bytes of a long name or a pax header. */
const MAX_META_BYTES = 65_536;
const CHUNK_BYTES = 1 << 18;

/**
 * The wanted files by name. The whole archive is gone through, in chunks, so that memory holds only what is wanted: never more than
 * `maxBytes`, nor than the archive can hold by its own size.
 *
 * @throws TareaError when the archive is damaged, cut short or larger than allowed, when a name leads out of it or comes twice, or when
 * a wanted entry is not a plain file.
 */
export async function readTar(bytes: Uint8Array, options: ReadTarOptions): Promise<Map<string, Uint8Array>> {
  const packed = isGzip(bytes);
  const reader = new TarReader(options, packed ? bytes.length * MAX_DEFLATE_RATIO : bytes.length);
  if (!packed) {
    reader.push(bytes);
  } else {
    const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
    gunzip.end(bytes);
    try {
      for await (const chunk of gunzip) reader.push(chunk as Uint8Array);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code?.startsWith("Z_") ? gzipError(error, bytes, options.file) : error;
    }
  }
  return reader.end();
}

/** A header, or the content of the entry it announced. */
class TarReader {
  readonly #options: ReadTarOptions;
  readonly #possibleBytes: number;
  readonly #files = new Map<string, Uint8Array>();
  readonly #block = new Uint8Array(TAR_BLOCK_BYTES);
  #blockBytes = 0;
  /** What the next content is for: `null` while a header is read. */
  #entry: { header: TarHeader; target: Uint8Array | null; left: number; padding: number } | null = null;
  /** Set by a long-name or pax entry for the entry after it. */
  #override: { name?: string; sizeBytes?: number } = {};
  #offset = 0;
  #entries = 0;
  #ended = false;

  /** @param possibleBytes most that the archive can hold, by its own size. */
  constructor(options: ReadTarOptions, possibleBytes: number) {
    this.#options = options;
    this.#possibleBytes = possibleBytes;
  }

  push(chunk: Uint8Array): void {
    const { file, maxBytes } = this.#options;
    if (this.#offset + chunk.length > maxBytes) {
      throw formatError({
        file,
        problem: "the archive holds more than it may",
        expected: `at most ${maxBytes} bytes`,
        received: "more",
        offset: this.#offset,
      });
    }
    for (let at = 0; at < chunk.length && !this.#ended;) {
      const taken = this.#entry ? this.#takeContent(chunk, at) : this.#takeHeader(chunk, at);
      at += taken;
      this.#offset += taken;
    }
    if (this.#ended) this.#offset = Math.min(maxBytes, this.#offset + chunk.length);
  }

  end(): Map<string, Uint8Array> {
    if (!this.#ended && (this.#entry !== null || this.#blockBytes > 0 || this.#offset === 0)) {
      const { file } = this.#options;
      const where = this.#entry
        ? `the middle of ${JSON.stringify(this.#entry.header.name)}`
        : `${this.#blockBytes} bytes of a header`;
      throw formatError({
        file,
        problem: "the archive is cut short",
        expected: "a complete tar archive",
        received: `an end in ${where}`,
        offset: this.#offset,
      });
    }
    return this.#files;
  }

  #takeHeader(chunk: Uint8Array, at: number): number {
    const taken = Math.min(TAR_BLOCK_BYTES - this.#blockBytes, chunk.length - at);
    this.#block.set(chunk.subarray(at, at + taken), this.#blockBytes);
    this.#blockBytes += taken;
    if (this.#blockBytes === TAR_BLOCK_BYTES) {
      this.#blockBytes = 0;
      if (isEndOfTar(this.#block)) this.#ended = true;
      else this.#open(this.#offset + taken - TAR_BLOCK_BYTES);
    }
    return taken;
  }

  #open(offset: number): void {
    const { file, maxBytes, maxEntries = MAX_TAR_ENTRIES } = this.#options;
    if (++this.#entries > maxEntries)
      throw formatError({
        file,
        problem: "the archive has too many entries",
        expected: `at most ${maxEntries}`,
        received: "more",
        offset,
      });
    const raw = readTarHeader(this.#block, file, offset);
    const isMeta = raw.kind === "pax" || raw.kind === "longName" || raw.kind === "ignored";
    const header = isMeta ? raw : { ...raw, ...this.#override };
    if (!isMeta) this.#override = {};
    const { sizeBytes } = header;
    const possible = this.#possibleBytes - offset;
    const limit = Math.min(isMeta ? MAX_META_BYTES : maxBytes - offset, possible);
    if (sizeBytes > limit) {
      const cutShort = limit === possible ? "the archive is cut short, or " : "";
      throw formatError({
        file,
        problem: `${cutShort}${JSON.stringify(header.name)} announces more than it may`,
        expected: `at most ${limit} bytes`,
        received: `${sizeBytes} bytes`,
        offset,
      });
    }
    const target = isMeta ? new Uint8Array(sizeBytes) : this.#targetOf(header, offset);
    this.#entry = {
      header,
      target,
      left: sizeBytes,
      padding: (TAR_BLOCK_BYTES - (sizeBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES,
    };
    if (sizeBytes === 0) this.#close();
  }

  /** Where the content of an entry that is no header for another goes; `null` to skip it. */
  #targetOf({ name: raw, kind, sizeBytes }: TarHeader, offset: number): Uint8Array | null {
    const { file, wanted } = this.#options;
    const name = safeEntryName(raw, file, offset);
    if (!wanted(name)) return null;
    if (kind !== "file")
      throw formatError({
        file,
        problem: `${JSON.stringify(name)} is no plain file`,
        expected: "a plain file",
        received: `a ${kind}`,
        offset,
      });
    if (this.#files.has(name))
      throw formatError({
        file,
        problem: "a name comes twice",
        expected: "names that differ",
        received: JSON.stringify(name),
        offset,
      });
    const target = new Uint8Array(sizeBytes);
    this.#files.set(name, target);
    return target;
  }

  #takeContent(chunk: Uint8Array, at: number): number {
    const entry = this.#entry!;
    const taken = Math.min(entry.left + entry.padding, chunk.length - at);
    const content = Math.min(entry.left, taken);
    if (content > 0) entry.target?.set(chunk.subarray(at, at + content), entry.header.sizeBytes - entry.left);
    entry.left -= content;
    entry.padding -= taken - content;
    if (entry.left + entry.padding === 0) this.#close();
    return taken;
  }

  #close(): void {
    const { header, target } = this.#entry!;
    this.#entry = null;
    if (target === null) return;
    if (header.kind === "longName") this.#override.name = new TextDecoder().decode(target).replace(/\0.*$/s, "");
    else if (header.kind === "pax") Object.assign(this.#override, readPaxRecords(target, this.#options.file, this.#offset));
  }
}
