import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveFolder, type FolderServer } from "../src/index.js";

let base: string;
let server: FolderServer;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "tarea-serve-"));
  await mkdir(join(base, "site", "lab"), { recursive: true });
  await writeFile(join(base, "secret.txt"), "secret");
  await writeFile(join(base, "site", "index.html"), "<h1>home</h1>");
  await writeFile(join(base, "site", "lab", "index.html"), "<h1>lab</h1>");
  await writeFile(join(base, "site", "empty.svg"), "");
  await symlink(join(base, "secret.txt"), join(base, "site", "link.txt"));
  server = await serveFolder(join(base, "site"), { port: 0 });
});

afterAll(async () => {
  await server.close();
  await rm(base, { recursive: true, force: true });
});

/** The path as it is written, which `fetch` would tidy up. */
function get(
  path: string,
  method = "GET",
): Promise<{ status: number; type: string | undefined; location: string | undefined; body: string }> {
  return new Promise((done, fail) => {
    const { hostname, port } = new URL(server.url);
    const call = request({ hostname, port, path, method }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      response.on("end", () =>
        done({ status: response.statusCode!, type: response.headers["content-type"], location: response.headers.location, body }),
      );
    });
    call.on("error", fail).end();
  });
}

describe("the server of a built folder", () => {
  it("listens on the loopback address and serves pages with their types", async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await get("/")).toMatchObject({ status: 200, type: "text/html; charset=utf-8", body: "<h1>home</h1>" });
    expect(await get("/lab/?a=1")).toMatchObject({ status: 200, body: "<h1>lab</h1>" });
    expect(await get("/empty.svg")).toMatchObject({ status: 200, type: "image/svg+xml", body: "" });
  });

  it("sends a folder without its slash to the address with it", async () => {
    expect(await get("/lab?a=1")).toMatchObject({ status: 301, location: "./lab/?a=1" });
  });

  it("answers HEAD without a body and refuses other methods", async () => {
    expect(await get("/", "HEAD")).toMatchObject({ status: 200, body: "" });
    expect(await get("/", "POST")).toMatchObject({ status: 405 });
  });

  it.each(["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/..%5csecret.txt", "/link.txt", "/%00", "/%zz", "/none"])(
    "does not serve %s",
    async (path) => {
      expect(await get(path)).toMatchObject({ status: 404, body: "Not found\n" });
    },
  );

  it("takes the next port when one is in use", async () => {
    const taken = Number(new URL(server.url).port);
    const second = await serveFolder(join(base, "site"), { port: taken });
    expect(Number(new URL(second.url).port)).toBeGreaterThan(taken);
    await second.close();
  });

  it("says so when there is no such folder, or no such port", async () => {
    await expect(serveFolder(join(base, "none"))).rejects.toThrow(/there is no such folder.*tarea build/);
    await expect(serveFolder(base, { port: 70_000 })).rejects.toThrow(/port must be/);
  });
});
