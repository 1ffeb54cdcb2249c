/** Says what a file that is not the expected one looks like, from its first bytes. */

/** Enough of a file's beginning for `describeContent`. */
export const CONTENT_HEAD_BYTES = 512;

/**
 * What usually arrives in place of a data file: `"an HTML page"`, `"a Git LFS pointer"`, … `undefined` when the bytes look
 * like none of these, or like what the file's name promises.
 */
export function describeContent(head: Uint8Array, name: string): string | undefined {
  if (head.length === 0) return "an empty file";
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, CONTENT_HEAD_BYTES)).toString("latin1");
  const start = text.replace(/^(\xef\xbb\xbf)?\s*/, "").toLowerCase();
  return KINDS.find(({ begins, extension }) => begins.test(start) && !extension.test(name))?.title;
}

const KINDS = [
  { title: "an HTML page", begins: /^(<!doctype html|<html|<head|<body|<!--)/, extension: /\.(html?|xml)$/i },
  { title: "a Git LFS pointer", begins: /^version https:\/\/git-lfs/, extension: /^$/ },
  {
    title: "an XML document (a storage service's error answer?)",
    begins: /^(<\?xml|<error)/,
    extension: /\.(xml|x?html?|svg)$/i,
  },
  { title: "a JSON document", begins: /^[{[]\s*["{[]/, extension: /\.(json|jsonl|ndjson)$/i },
];
