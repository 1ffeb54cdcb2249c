/** Refuses a mirror's answer as soon as it is clear that it is not the file that was asked for. */

import { describeContent } from "./contentKind.js";
import { RefusedByMirror } from "./downloadError.js";

/** Checks that a 206 answer goes on exactly where the kept part ends. @throws RefusedByMirror */
export function checkRange(response: Response, start: number, sizeBytes: number): void {
  const range = response.headers.get("content-range") ?? "";
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(range.trim());
  if (match && Number(match[1]) === start && Number(match[2]) < sizeBytes && (match[3] === "*" || Number(match[3]) === sizeBytes))
    return;
  throw new RefusedByMirror(
    `it answered the range from ${start} with ${range === "" ? "no Content-Range" : JSON.stringify(range.slice(0, 80))}`,
    {
      doubtsPart: true,
    },
  );
}

/** Checks the announced length and the first bytes before anything is stored. @throws RefusedByMirror */
export function refuseOtherContent(response: Response, head: Uint8Array, name: string, expectedBytes: number): void {
  const kind = describeContent(head, name);
  if (kind !== undefined) throw new RefusedByMirror(`it sent ${kind} in place of the file`);
  const encoding = response.headers.get("content-encoding");
  if (encoding !== null && encoding !== "identity")
    throw new RefusedByMirror(`it sent the file re-encoded (Content-Encoding: ${encoding.slice(0, 40)})`);
  const announced = response.headers.get("content-length");
  if (announced === null || Number(announced) === expectedBytes) return;
  throw new RefusedByMirror(`it announced ${announced.slice(0, 20)} bytes, not ${expectedBytes}`, {
    doubtsPart: response.status === 206,
  });
}
