/** Says what a file that is not the expected one looks like, from its first bytes. */

/** Enough of a file's beginning for `describeContent`. */
export const CONTENT_HEAD_BYTES = 512;

/**
 * What usually arrives in place of a data file: `"an HTML page"`, `"a Git LFS pointer"`, … `undefined` when the bytes look
 * like none of these.
 */
export function describeContent(head: Uint8Array): string | undefined {
  if (head.length === 0) return "an empty file";
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, CONTENT_HEAD_BYTES)).toString("latin1");
  const start = text.replace(/^(\xef\xbb\xbf)?\s+|^\xef\xbb\xbf/, "").toLowerCase();
  if (/^(<!doctype html|<html|<head|<body|<!--)/.test(start)) return "an HTML page";
  if (start.startsWith("version https://git-lfs")) return "a Git LFS pointer";
  if (/^<\?xml|^<error/.test(start)) return "an XML document (a storage service's error answer?)";
  if (/^[{[]\s*["{[]/.test(start)) return "a JSON document";
  return undefined;
}
