/** A small static server for a built report: loopback only, never outside its folder. */

import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, resolve, sep } from "node:path";
import { checkInteger, TareaError } from "@tarea/core";

export interface ServeFolderOptions {
  /** First port to try, 0 for any free one. Default 4321. When it is taken the next one is tried. */
  port?: number;
}

export interface FolderServer {
  /** Address of the folder's index page, for example `http://127.0.0.1:4321/`. */
  url: string;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

export const DEFAULT_PORT = 4321;

/** Ports tried in a row before giving up. */
const PORTS_TRIED = 20;

const CONTENT_TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".gif": "image/gif",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".xml": "application/xml; charset=utf-8",
};

/** Serves a folder on 127.0.0.1. @throws TareaError when the folder is missing or no port is free */
export async function serveFolder(folder: string, { port = DEFAULT_PORT }: ServeFolderOptions = {}): Promise<FolderServer> {
  checkInteger("serveFolder", "port", port, { min: 0, max: 65_535 });
  const root = await realpath(resolve(folder)).catch(() => undefined);
  if (root === undefined || !(await stat(root)).isDirectory()) {
    throw new TareaError({
      code: "file",
      where: "serveFolder",
      problem: "there is no such folder",
      received: folder,
      hint: "Build the report first: tarea build.",
    });
  }
  const server = createServer((request, response) => {
    answer(request, response, root).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const listeningPort = await listen(server, port);
  return {
    url: `http://127.0.0.1:${listeningPort}/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, root: string): Promise<void> {
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Cache-Control", "no-cache");
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { Allow: "GET, HEAD" }).end();
    return;
  }
  const [path = "/", query] = (request.url ?? "/").split("?", 2);
  const found = await locate(root, path);
  if (found === undefined) {
    response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" }).end("Not found\n");
  } else if (found.directory && !path.endsWith("/")) {
    response
      .writeHead(301, { Location: `.${path.slice(path.lastIndexOf("/"))}/${query === undefined ? "" : `?${query}`}` })
      .end();
  } else {
    response.writeHead(200, {
      "Content-Type": CONTENT_TYPES[extname(found.file).toLowerCase()] ?? "application/octet-stream",
      "Content-Length": found.size,
    });
    if (request.method === "HEAD") response.end();
    else
      createReadStream(found.file, { end: Math.max(0, found.size - 1) })
        .on("error", () => response.destroy())
        .pipe(response);
  }
}

/** The file that a path of the address bar names, if it lies inside the root after following links. */
async function locate(root: string, path: string): Promise<{ file: string; directory: boolean; size: number } | undefined> {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  if (decoded.includes("\0") || decoded.includes("\\")) return undefined;
  const wanted = await realpath(join(root, decoded)).catch(() => undefined);
  if (wanted === undefined || !isInside(root, wanted)) return undefined;
  const directory = (await stat(wanted)).isDirectory();
  const file = directory ? await realpath(join(wanted, "index.html")).catch(() => undefined) : wanted;
  if (file === undefined || !isInside(root, file)) return undefined;
  const info = await stat(file);
  return info.isFile() ? { file, directory, size: info.size } : undefined;
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

async function listen(server: Server, first: number): Promise<number> {
  for (let port = first; port < first + PORTS_TRIED && port <= 65_535; port++) {
    try {
      return await listenOn(server, port);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    }
  }
  throw new TareaError({
    code: "network",
    where: "serveFolder",
    problem: `no free port from ${first} on`,
    hint: "Give another one with --port.",
  });
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", () => {
      server.removeListener("error", fail);
      const address = server.address();
      done(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
