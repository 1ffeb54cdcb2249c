/** Downloads of known files: mirrors in order, resumed after a break, and kept only when the SHA-256 is the expected one. */

import { open, rename, rm, stat } from "node:fs/promises";
import { basename } from "node:path";
import { TareaError, checkInteger, checkNumber } from "@tarea/core";
import { writeError } from "./atomicWrite.js";
import { DownloadError, RefusedByMirror, failureOf, type MirrorFailure } from "./downloadError.js";
import { sha256File } from "./fileHash.js";
import { withLock } from "./lock.js";
import { checkRange, refuseOtherContent } from "./mirrorAnswer.js";
import { StallError, StallGuard } from "./stallGuard.js";

export interface DownloadProgress {
  /** Name of the file, without its folder. */
  file: string;
  receivedBytes: number;
  totalBytes: number;
}

export interface DownloadOptions {
  /** Mirrors of the same bytes, tried in this order. */
  urls: readonly string[];
  /** Where the file goes. What arrives lies in `<path>.part` until it is complete and checked. */
  path: string;
  /** Hexadecimal SHA-256 of the complete file. */
  sha256: string;
  /** Exact size of the complete file; a longer body is refused before it is stored. */
  sizeBytes: number;
  /** Default: the runtime's `fetch`. */
  fetch?: typeof fetch | undefined;
  /** A mirror that sends nothing for this long is given up; default `DEFAULT_STALL_SECONDS`. */
  stallSeconds?: number | undefined;
  onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Receives one line for each mirror that is given up. */
  log?: ((line: string) => void) | undefined;
}

export interface DownloadResult {
  path: string;
  /** The mirror that completed the file; `null` when nothing had to be fetched. */
  url: string | null;
  /** Bytes that came over the network in this call. */
  receivedBytes: number;
}

export const DEFAULT_STALL_SECONDS = 10;

/** A mirror that breaks off but made progress is asked again at once, this often in all. */
const ATTEMPTS_PER_MIRROR = 3;

/**
 * Makes sure that `path` holds the file with this SHA-256: finds it there, or fetches it from the first mirror that
 * delivers it. Safe when several processes ask for the same file, and after an end at any moment.
 *
 * @throws DownloadError (code `"network"` or `"download"`) with one line for each mirror when none delivers the file.
 * @throws TareaError with code `"write"` when the folder cannot be written.
 */
export async function downloadVerified(options: DownloadOptions): Promise<DownloadResult> {
  checkInteger("downloadVerified", "sizeBytes", options.sizeBytes);
  const stallSeconds = checkNumber("downloadVerified", "stallSeconds", options.stallSeconds ?? DEFAULT_STALL_SECONDS, {
    min: 0,
    exclusiveMin: true,
  });
  if (await isComplete(options.path, options)) return { path: options.path, url: null, receivedBytes: 0 };
  const onWait = () => options.log?.(`${basename(options.path)}: another process is downloading it, waiting`);
  const task = async (): Promise<DownloadResult> => {
    if (await isComplete(options.path, options)) return { path: options.path, url: null, receivedBytes: 0 };
    return new Download(options, stallSeconds).run();
  };
  return withLock(`${options.path}.lock`, task, { onWait });
}

class Download {
  readonly #options: DownloadOptions;
  readonly #stallSeconds: number;
  readonly #part: string;
  #receivedBytes = 0;

  constructor(options: DownloadOptions, stallSeconds: number) {
    this.#options = options;
    this.#stallSeconds = stallSeconds;
    this.#part = `${options.path}.part`;
  }

  async run(): Promise<DownloadResult> {
    const { path, urls, log } = this.#options;
    if ((await this.#finish()) === "kept") return { path, url: null, receivedBytes: 0 };
    const failures: MirrorFailure[] = [];
    for (const url of urls) {
      const failure = await this.#tryMirror(url);
      if (failure === undefined) return { path, url, receivedBytes: this.#receivedBytes };
      failures.push(failure);
      log?.(`${basename(path)}: ${url}: ${failure.reason}`);
    }
    throw new DownloadError(path, failures);
  }

  async #tryMirror(url: string): Promise<MirrorFailure | undefined> {
    for (let attempt = 1; ; attempt++) {
      const before = await sizeOfFile(this.#part);
      const receivedBefore = this.#receivedBytes;
      try {
        await this.#fetchRest(url, before);
        const state = await this.#finish();
        if (state === "kept") return undefined;
        if (state === "short")
          throw new Error(`the answer ended after ${await sizeOfFile(this.#part)} of ${this.#options.sizeBytes} bytes`);
        throw new RefusedByMirror("the file came whole, but its SHA-256 is not the published one", { doubtsPart: true });
      } catch (error) {
        if (error instanceof TareaError) throw error;
        if (error instanceof RefusedByMirror && error.doubtsPart) {
          await this.#removePart();
          if (before > 0) continue;
        }
        const received = this.#receivedBytes > receivedBefore;
        const brokeOff = !(error instanceof RefusedByMirror || error instanceof StallError);
        if (brokeOff && received && attempt < ATTEMPTS_PER_MIRROR) continue;
        return failureOf(url, error, received);
      }
    }
  }

  /** Moves a complete part into place. A part that has the full size but other bytes is removed. */
  async #finish(): Promise<"kept" | "short" | "wrong"> {
    const { path, sizeBytes, sha256 } = this.#options;
    const size = await sizeOfFile(this.#part);
    if (size < sizeBytes) return "short";
    if (size === sizeBytes && (await sha256File(this.#part)) === sha256) {
      await onDisk(path, () => rename(this.#part, path));
      return "kept";
    }
    await this.#removePart();
    return "wrong";
  }

  /** One request for the bytes from `start` on, appended to the part; a server that ignores the range makes it begin anew. */
  async #fetchRest(url: string, start: number): Promise<void> {
    const guard = new StallGuard(this.#stallSeconds);
    try {
      const request = this.#options.fetch ?? fetch;
      const headers = { "accept-encoding": "identity", ...(start > 0 && { range: `bytes=${start}-` }) };
      const response = await guard.wait(request(url, { headers, redirect: "follow", signal: guard.signal }));
      if (start > 0 && response.status === 206) {
        checkRange(response, start, this.#options.sizeBytes);
        await this.#store(response, guard, start);
      } else if (response.status === 200) {
        await this.#store(response, guard, 0);
      } else {
        throw new RefusedByMirror(`HTTP ${response.status} ${response.statusText}`.trimEnd(), {
          doubtsPart: response.status === 416,
        });
      }
    } finally {
      guard.end();
    }
  }

  async #store(response: Response, guard: StallGuard, start: number): Promise<void> {
    const { path, sizeBytes, onProgress } = this.#options;
    const reader = response.body?.getReader();
    if (reader === undefined) throw new RefusedByMirror("the answer has no body");
    const first = await guard.wait(reader.read());
    if (first.done) throw new RefusedByMirror("the answer is empty");
    if (start === 0) refuseOtherContent(response, first.value, basename(path), sizeBytes);
    const part = await onDisk(path, () => open(this.#part, start > 0 ? "a" : "w"));
    try {
      let size = start;
      for (let step: Awaited<ReturnType<typeof reader.read>> = first; !step.done; step = await guard.wait(reader.read())) {
        const chunk = step.value;
        size += chunk.length;
        if (size > sizeBytes) throw new RefusedByMirror(`it sends more than the file's ${sizeBytes} bytes`, { doubtsPart: true });
        await onDisk(path, () => part.writeFile(chunk));
        this.#receivedBytes += chunk.length;
        onProgress?.({ file: basename(path), receivedBytes: size, totalBytes: sizeBytes });
      }
      await onDisk(path, () => part.sync());
    } finally {
      await part.close();
    }
  }

  async #removePart(): Promise<void> {
    await onDisk(this.#options.path, () => rm(this.#part, { force: true }));
  }
}

async function isComplete(path: string, { sizeBytes, sha256 }: DownloadOptions): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  return info !== undefined && info.isFile() && info.size === sizeBytes && (await sha256File(path)) === sha256;
}

async function sizeOfFile(path: string): Promise<number> {
  const info = await stat(path).catch(() => undefined);
  return info?.size ?? 0;
}

/** Runs a file operation so that its failure is told from a mirror's. */
async function onDisk<T>(path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw writeError(path, error);
  }
}
