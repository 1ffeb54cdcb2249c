/** A loopback HTTP server whose misbehaviour a test chooses, answer by answer. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Mirror {
  url: string;
  /** The `Range` header of every request so far; `null` where there was none. */
  ranges: (string | null)[];
  close(): Promise<void>;
}

/** Serves one URL; answer number i is given by `answers[i]`, the last one again and again. */
export async function startMirror(...answers: ((request: IncomingMessage, response: ServerResponse) => void)[]): Promise<Mirror> {
  const ranges: (string | null)[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(ranges.length, answers.length - 1)]!;
    ranges.push(request.headers.range ?? null);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/data.bin`, ranges, close };
}

/** Answers ranges as a well-behaved server does. */
export function whole(content: Uint8Array): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (start === 0) response.writeHead(200, { "content-length": content.length });
    else
      response.writeHead(206, {
        "content-length": content.length - start,
        "content-range": `bytes ${start}-${content.length - 1}/${content.length}`,
      });
    response.end(content.subarray(start));
  };
}

/** Announces everything, sends the first `count` bytes and then breaks the connection. */
export function dropAfter(content: Uint8Array, count: number): (request: IncomingMessage, response: ServerResponse) => void {
  return (_, response) => {
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, count), () => setTimeout(() => response.destroy(), 20));
  };
}

/** Sends the first `count` bytes and then nothing, with the connection open. */
export function stallAfter(content: Uint8Array, count: number): (request: IncomingMessage, response: ServerResponse) => void {
  return (_, response) => {
    response.writeHead(200, { "content-length": content.length });
    if (count > 0) response.write(content.subarray(0, count));
    else response.flushHeaders();
  };
}
