/** Why no mirror delivered a file. */

import { basename } from "node:path";
import { TareaError, messageOf } from "@tarea/core";
import { StallError } from "./stallGuard.js";

export interface MirrorFailure {
  url: string;
  /** One clause, for example `"HTTP 404 Not Found"`. */
  reason: string;
  /** True when the mirror did not answer at all: no network, no such host, refused, silent. */
  unreachable: boolean;
}

/** Code `"network"` when no mirror could be reached, `"download"` when at least one answered with something unusable. */
export class DownloadError extends TareaError {
  readonly failures: readonly MirrorFailure[];
  /** One short clause for status lines. */
  readonly summary: string;

  constructor(path: string, failures: readonly MirrorFailure[]) {
    const offline = failures.length > 0 && failures.every((failure) => failure.unreachable);
    const lines = failures.map((failure) => `\n  ${failure.url}: ${failure.reason}`).join("");
    super({
      code: offline ? "network" : "download",
      where: "download",
      problem: `no mirror delivered ${basename(path)}${lines === "" ? " (none is known)" : `:${lines}`}`,
      hint: offline ? "Check the network connection." : "Try again later, or put the file there by hand.",
      file: path,
    });
    this.name = "DownloadError";
    this.failures = failures;
    this.summary = offline
      ? "no mirror could be reached"
      : `no mirror delivered ${basename(path)} (${failures.at(-1)?.reason ?? "none is known"})`;
  }
}

/** The mirror answered, but not with the file. */
export class RefusedByMirror extends Error {
  /** True when the bytes kept from earlier may be the cause: they are dropped and the file is asked for whole. */
  readonly doubtsPart: boolean;

  constructor(reason: string, { doubtsPart = false } = {}) {
    super(reason);
    this.doubtsPart = doubtsPart;
  }
}

const UNREACHABLE_CODES = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ENETUNREACH",
  "ENETDOWN",
  "EHOSTUNREACH",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Words for what ended a request: the reason under `fetch failed` rather than those two words. */
export function failureOf(url: string, error: unknown, received: boolean): MirrorFailure {
  if (error instanceof StallError) return { url, reason: error.message, unreachable: !received };
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown } | null)?.code;
  const text = messageOf(cause) || messageOf(error);
  const named = typeof code === "string" && !text.includes(code) ? `${text} (${code})` : text;
  return { url, reason: named, unreachable: typeof code === "string" && UNREACHABLE_CODES.has(code) };
}
