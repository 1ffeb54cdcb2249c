import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DownloadError, downloadVerified, type DownloadOptions } from "../src/index.js";
import { dropAfter, stallAfter, startMirror, whole, type Mirror } from "./support/mirror.js";

const content = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
const sha256 = createHash("sha256").update(content).digest("hex");
const corrupt = content.map((byte, i) => (i === 777 ? byte ^ 1 : byte));

let folder: string;
let path: string;
let mirrors: Mirror[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tarea-download-"));
  path = join(folder, "set", "data.bin");
  mirrors = [];
});

afterEach(async () => {
  for (const each of mirrors) await each.close();
  await rm(folder, { recursive: true });
});

async function startOne(...answers: Parameters<typeof startMirror>): Promise<Mirror> {
  const started = await startMirror(...answers);
  mirrors.push(started);
  return started;
}

function download(urls: string[], options: Partial<DownloadOptions> = {}) {
  return downloadVerified({ urls, path, sha256, sizeBytes: content.length, stallSeconds: 0.3, ...options });
}

async function failure(urls: string[], options: Partial<DownloadOptions> = {}): Promise<DownloadError> {
  const error: unknown = await download(urls, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DownloadError);
  return error as DownloadError;
}

describe("downloadVerified", () => {
  it("stores the file under its name alone and reports rising progress", async () => {
    const good = await startOne(whole(content));
    const seen: number[] = [];
    const result = await download([good.url], { onProgress: (progress) => seen.push(progress.receivedBytes) });
    expect(result).toEqual({ path, url: good.url, receivedBytes: content.length });
    expect(new Uint8Array(await readFile(path))).toEqual(content);
    expect(await readdir(join(folder, "set"))).toEqual(["data.bin"]);
    expect(seen.at(-1)).toBe(content.length);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it("asks no mirror when the file is already there", async () => {
    const good = await startOne(whole(content));
    await download([good.url]);
    expect(await download([good.url])).toEqual({ path, url: null, receivedBytes: 0 });
    expect(good.ranges).toHaveLength(1);
  });

  it("replaces a file that has other bytes", async () => {
    const good = await startOne(whole(content));
    await download([good.url]);
    await writeFile(path, corrupt);
    await download([good.url]);
    expect(new Uint8Array(await readFile(path))).toEqual(content);
  });

  it("goes on from where a connection broke off", async () => {
    const flaky = await startOne(dropAfter(content, 50_000), whole(content));
    const result = await download([flaky.url]);
    expect(flaky.ranges).toEqual([null, "bytes=50000-"]);
    expect(result.receivedBytes).toBe(content.length);
  });

  it("takes a part left by an earlier process to the next mirror", async () => {
    const stalling = await startOne(stallAfter(content, 60_000));
    const good = await startOne(whole(content));
    const lines: string[] = [];
    const result = await download([stalling.url, good.url], { log: (line) => lines.push(line) });
    expect(result.url).toBe(good.url);
    expect(good.ranges).toEqual(["bytes=60000-"]);
    expect(lines).toEqual([`data.bin: ${stalling.url}: nothing came for 0.3 s`]);
  });

  it("gives up a mirror that accepts the connection and never answers", async () => {
    const silent = await startOne(() => undefined);
    const good = await startOne(whole(content));
    expect((await download([silent.url, good.url])).url).toBe(good.url);
  });

  it("begins anew when a mirror ignores the range", async () => {
    const flaky = await startOne(dropAfter(content, 50_000), (_, response) => response.end(content));
    await download([flaky.url]);
    expect(flaky.ranges).toEqual([null, "bytes=50000-"]);
    expect(new Uint8Array(await readFile(path))).toEqual(content);
  });

  it.each([
    ["another range", 206, "bytes 10-199999/200000"],
    ["the range of a file of another size", 206, "bytes 50000-199999/300000"],
    ["a status that refuses the range", 416, "bytes */200000"],
  ])("begins anew when a mirror answers with %s", async (_name, status, contentRange) => {
    const flaky = await startOne(
      dropAfter(content, 50_000),
      (_, response) => response.writeHead(status, { "content-range": contentRange }).end(content.subarray(10)),
      whole(content),
    );
    await download([flaky.url]);
    expect(flaky.ranges).toEqual([null, "bytes=50000-", null]);
  });

  it("begins anew when the kept part belongs to other bytes", async () => {
    const flaky = await startOne(dropAfter(corrupt, 50_000), whole(content));
    await download([flaky.url]);
    expect(flaky.ranges).toEqual([null, "bytes=50000-", null]);
    expect(new Uint8Array(await readFile(path))).toEqual(content);
  });

  it("follows redirects", async () => {
    const good = await startOne(whole(content));
    const moved = await startOne((_, response) => response.writeHead(302, { location: good.url }).end());
    expect((await download([moved.url])).receivedBytes).toBe(content.length);
  });

  it("keeps nothing whose SHA-256 is another, and names each mirror's fault in one line", async () => {
    const page = "<!DOCTYPE html><title>Sign in</title>";
    const bad = [
      await startOne(whole(corrupt)),
      await startOne((_, response) => response.writeHead(200, { "content-type": "text/html" }).end(page)),
      await startOne((_, response) => response.writeHead(404).end()),
      await startOne((_, response) => response.writeHead(200, { "content-length": 300_000 }).end(Buffer.alloc(300_000, 7))),
      await startOne((_, response) => {
        response.write(Buffer.alloc(150_000, 7));
        response.end(Buffer.alloc(150_000, 7));
      }),
      await startOne((_, response) => response.writeHead(200, { "content-length": 10 }).end(content.subarray(0, 10))),
    ];
    const error = await failure(bad.map((each) => each.url));
    expect(error.code).toBe("download");
    expect(error.failures.map((each) => each.reason)).toEqual([
      "the file came whole, but its SHA-256 is not the published one",
      "it sent an HTML page in place of the file",
      "HTTP 404 Not Found",
      "it announced 300000 bytes, not 200000",
      "it sends more than the file's 200000 bytes",
      "it announced 10 bytes, not 200000",
    ]);
    expect(error.message.split("\n")).toHaveLength(1 + bad.length);
    expect(await readdir(join(folder, "set"))).toEqual([]);
  });

  it("takes a JSON document when the file is one, and refuses an empty answer", async () => {
    const json = Buffer.from('{"a": 1}');
    const sizeBytes = json.length;
    const jsonSha256 = createHash("sha256").update(json).digest("hex");
    const good = await startOne((_, response) => response.end(json));
    const empty = await startOne((_, response) => response.end());
    const wanted = { sha256: jsonSha256, sizeBytes, path: join(folder, "set", "words.json") };
    expect(await download([empty.url, good.url], wanted)).toMatchObject({ url: good.url });
    const error = await failure([good.url, empty.url], { ...wanted, path: join(folder, "set", "words.npz") });
    expect(error.failures.map(({ reason }) => reason)).toEqual([
      "it sent a JSON document in place of the file",
      "the answer is empty",
    ]);
  });

  it("keeps the part for next time when every mirror breaks off", async () => {
    const flaky = await startOne(dropAfter(content, 50_000), (_, response) => response.destroy());
    await failure([flaky.url]);
    expect(await readdir(join(folder, "set"))).toEqual(["data.bin.part"]);
    const good = await startOne(whole(content));
    expect((await download([good.url])).receivedBytes).toBe(150_000);
  });

  it("says that no mirror could be reached when none answers", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const error = await failure([`http://127.0.0.1:${port}/data.bin`, `http://127.0.0.1:${port}/other`]);
    expect(error.code).toBe("network");
    expect(error.summary).toBe("no mirror could be reached");
    expect(error.message).toContain("ECONNREFUSED");
  });

  it("names the folder that cannot be written and asks no further mirror", async () => {
    const good = await startOne(whole(content));
    await writeFile(join(folder, "set"), "a file where the folder should be");
    await expect(download([good.url, good.url])).rejects.toMatchObject({
      name: "TareaError",
      code: "write",
      message: expect.stringContaining("not a folder"),
    });
    expect(good.ranges).toEqual([]);
  });

  it("fetches once when two calls ask for the same file", async () => {
    const good = await startOne(whole(content));
    const results = await Promise.all([download([good.url]), download([good.url])]);
    expect(new Set(results.map((result) => result.url))).toEqual(new Set([good.url, null]));
    expect(good.ranges).toHaveLength(1);
  });
});
