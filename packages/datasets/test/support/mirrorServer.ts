/** A loopback HTTP server of several files whose misbehaviour a test chooses, request by request. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Answer = (content: Uint8Array, request: IncomingMessage, response: ServerResponse) => void;

export interface MirrorServer {
  /** Base address, with a slash at its end. */
  url: string;
  /** Name and range of every request so far. */
  asked: string[];
  close: () => Promise<void>;
}

/** Serves files by the last part of the path: request number i is answered by `answers[i]`, all later ones whole. */
export async function startMirrorServer(
  files: ReadonlyMap<string, Uint8Array>,
  answers: readonly Answer[] = [],
): Promise<MirrorServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = request.url!.split("/").at(-1)!;
    const content = files.get(name);
    const answer = answers[asked.length] ?? whole;
    asked.push(`${name}${request.headers.range ? ` ${request.headers.range}` : ""}`);
    if (content === undefined) response.writeHead(404).end();
    else answer(content, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/files/`, asked, close };
}

const whole: Answer = (content, request, response) => {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const rest = content.subarray(start);
  if (start === 0) response.writeHead(200, { "content-length": rest.length });
  else
    response.writeHead(206, {
      "content-length": rest.length,
      "content-range": `bytes ${start}-${content.length - 1}/${content.length}`,
    });
  response.end(rest);
};

/** Announces all of it, sends half and breaks the connection. */
export const drop: Answer = (content, _, response) => {
  response.writeHead(200, { "content-length": content.length });
  response.write(content.subarray(0, content.length >> 1), () => setTimeout(() => response.destroy(), 20));
};

/** Sends half and then nothing, with the connection open. */
export const stall: Answer = (content, _, response) => {
  response.writeHead(200, { "content-length": content.length });
  response.write(content.subarray(0, content.length >> 1));
};

/** Says that half is all. */
export const truncate: Answer = (content, _, response) => {
  response.end(content.subarray(0, content.length >> 1));
};

export const corrupt: Answer = (content, _, response) => {
  response.end(content.map((byte, i) => (i === content.length >> 1 ? byte ^ 1 : byte)));
};

/** Sends on to the same file elsewhere. */
export const redirect: Answer = (_, request, response) => {
  response.writeHead(302, { location: request.url!.replace("/files/", "/moved/") }).end();
};

export const webPage: Answer = (_, __, response) => {
  response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Sign in</title>");
};
