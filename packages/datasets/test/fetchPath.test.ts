import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DatasetDefinition, DatasetFile } from "../src/dataset.js";
import { fetchDefined } from "../src/fetchDataset.js";
import { fetchDataset, listDatasets, type LoadOptions } from "../src/index.js";
import { loadDefined } from "../src/loadDataset.js";
import { definitionOf } from "../src/registry.js";
import {
  corrupt,
  drop,
  redirect,
  stall,
  startMirrorServer,
  truncate,
  webPage,
  type MirrorServer,
} from "./support/mirrorServer.js";
import { tarBytes } from "./support/tarBytes.js";
import { rejected } from "./support/thrown.js";
import { tinySet } from "./support/tinySet.js";

let folder: string;
let servers: MirrorServer[];
let lines: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tarea-fetch-"));
  servers = [];
  lines = [];
});

afterEach(async () => {
  for (const server of servers) await server.close();
  await rm(folder, { recursive: true });
});

async function serve(...parameters: Parameters<typeof startMirrorServer>): Promise<MirrorServer> {
  const server = await startMirrorServer(...parameters);
  servers.push(server);
  return server;
}

const options = (more: LoadOptions = {}): LoadOptions => ({
  env: {},
  cacheFolder: folder,
  stallSeconds: 0.3,
  log: (line) => lines.push(line),
  ...more,
});

const { packed } = tinySet();
const [first] = [...packed.keys()] as [string];
const half = packed.get(first)!.length >> 1;

/** The samples that two mirrors of the tiny set give. */
async function load(...mirrors: MirrorServer[]): Promise<{ labels: number[]; source: string }> {
  const { definition } = tinySet(mirrors.map(({ url }) => url));
  const set = await loadDefined(definition, options({ source: "files" }));
  return { labels: [...set.train.labels.data], source: set.source };
}

describe("fetching a set from mirrors that misbehave", () => {
  it.each([
    ["drops the connection", drop, [first, `${first} bytes=${half}-`], undefined],
    ["redirects", redirect, [first, first], undefined],
    ["stalls", stall, [first], "0.3 s"],
    ["truncates", truncate, [first], "bytes"],
    ["corrupts a byte", corrupt, [first], "its SHA-256 is not the published one"],
    ["sends a web page", webPage, [first], "it sent an HTML page in place of the file"],
  ])("gets every file when the first %s", async (_, answer, asked, line) => {
    const bad = await serve(packed, [answer]);
    const good = await serve(packed);
    const { labels, source } = await load(bad, good);
    expect(labels).toEqual([0, 1, 2, 0, 1, 2]);
    expect(source).toContain("downloaded from 127.0.0.1");
    expect(bad.asked.slice(0, asked.length)).toEqual(asked);
    expect(good.asked.length > 0).toBe(line !== undefined);
    expect(lines.join("\n")).toContain(line ?? "");
    expect((await readdir(join(folder, "datasets", "mnist"))).toSorted()).toEqual([...packed.keys()].toSorted());
  });

  it("takes what came before a stall to the next mirror, by range", async () => {
    const [bad, good] = [await serve(packed, [stall]), await serve(packed)];
    await load(bad, good);
    expect(good.asked[0]).toBe(`${first} bytes=${half}-`);
  });

  it("goes on in a later call where all mirrors broke off, and keeps nothing that is not whole", async () => {
    const server = await serve(packed, [stall]);
    const { definition } = tinySet([server.url]);
    expect((await rejected(fetchDefined(definition, options()))).code).toBe("no-data");
    expect(await readdir(join(folder, "datasets", "mnist"))).toEqual([`${first}.part`]);
    expect((await fetchDefined(definition, options())).place).toBe("download");
    expect(server.asked[1]).toBe(`${first} bytes=${half}-`);
    expect(new Uint8Array(await readFile(join(folder, "datasets", "mnist", first)))).toEqual(packed.get(first));
  });

  it("opens no socket when offline", async () => {
    const server = await serve(packed);
    const { definition } = tinySet([server.url]);
    expect((await rejected(fetchDefined(definition, options({ offline: true })))).problem).toContain(
      "downloads are switched off",
    );
    expect(server.asked).toEqual([]);
  });

  it("fetches a file once when two processes ask for it at the same time", async () => {
    const content = Buffer.alloc(300_000, "tarea");
    let requests = 0;
    const server = createServer((_, response) => {
      requests++;
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 1000));
      setTimeout(() => response.end(content.subarray(1000)), 300);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const file = {
      urls: [`http://127.0.0.1:${(server.address() as { port: number }).port}/x`],
      path: join(folder, "x"),
      sha256: createHash("sha256").update(content).digest("hex"),
      sizeBytes: content.length,
    };
    const files = pathToFileURL(createRequire(import.meta.url).resolve("@tarea/files"));
    const program = `import { downloadVerified } from ${JSON.stringify(files)}; console.log((await downloadVerified(${JSON.stringify(file)})).receivedBytes);`;
    const received = await Promise.all([1, 2].map(async () => printed(program)));
    await new Promise((resolve) => server.close(resolve));
    expect({ requests, received: received.toSorted((a, b) => a - b) }).toEqual({ requests: 1, received: [0, content.length] });
    expect(await readdir(folder)).toEqual(["x"]);
  });
});

async function printed(program: string): Promise<number> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  for await (const chunk of child.stdout) output += String(chunk);
  return Number(output);
}

describe("every set with files", () => {
  const cards = listDatasets().filter(({ origin, name }) => origin === "files" && name !== "california_housing_numeric");

  it.each(cards.map(({ name }) => name))("%s is asked of its mirrors, each file of one form, in order", async (name) => {
    const { card } = definitionOf(name);
    const asked: string[] = [];
    const request: typeof fetch = async (input) => {
      asked.push(new Request(input).url);
      return new Response(null, { status: 503 });
    };
    const error = await rejected(fetchDataset(name, options({ fetch: request })));
    const form = [card, ...(card.otherForms ?? [])].find(({ files, mirrors }) =>
      files.every((file) => (file.mirrors ?? mirrors).length > 0),
    )!;
    const [file] = form.files;
    expect(asked).toEqual((file!.mirrors ?? form.mirrors).map((mirror) => mirror + file!.name));
    for (const url of asked) expect(error.hint).toContain(`${url}: HTTP 503`);
  });

  it("says of a set without a mirror where its files are looked for", async () => {
    const error = await rejected(fetchDataset("california_housing_numeric", options()));
    expect(error.problem).toContain("no mirror serves the files");
    expect(error.hint).toContain("TAREA_DATA_DIR");
  });

  it("comes out of the publisher's archive just the same", async () => {
    const record = (label: number): Uint8Array => new Uint8Array(3073).fill(label, 0, 1);
    const definition = definitionOf("cifar10");
    const entries = definition.card.files.map(({ name }, i) => ({ name: `cifar-10-batches-bin/${name}`, content: record(i) }));
    const { set, asked } = await loadArchive(definition, gzipSync(tarBytes(entries)));
    expect([[...set.train.labels.data], [...set.test.labels.data]]).toEqual([[0, 1, 2, 3, 4], [5]]);
    expect(asked).toEqual(["cifar-10-binary.tar.gz", expect.stringMatching(/^cifar-10-binary\.tar\.gz bytes=\d+-$/)]);
  });

  it("comes with files of other mirrors beside its archive", async () => {
    const reviews = { "train/pos/0_9": "good", "train/neg/0_1": "bad", "test/pos/0_8": "good", "test/neg/0_2": "bad" };
    const entries = Object.entries(reviews).map(([name, content]) => ({ name: `aclImdb/${name}.txt`, content }));
    const index = Buffer.from('{"good": 1, "bad": 2}');
    const { set, asked } = await loadArchive(
      definitionOf("imdb"),
      gzipSync(tarBytes(entries)),
      new Map([["imdb_word_index.json", index]]),
    );
    expect(set.train.texts).toEqual(["bad", "good"]);
    expect([...set.test.inputs.data.slice(-2)]).toEqual([1, 4]);
    expect(asked.at(-1)).toBe("imdb_word_index.json");
  });
});

/** Loads a set from an archive in the place of its own, from a mirror that breaks off once. */
async function loadArchive(
  { card, ...definition }: DatasetDefinition,
  archive: Uint8Array,
  more: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<{ set: Awaited<ReturnType<typeof loadDefined>>; asked: string[] }> {
  const form = card.otherForms![0]!;
  const contents = new Map([[form.files[0]!.name, archive], ...more]);
  const server = await serve(contents, [drop]);
  const files = form.files.map((file): DatasetFile => {
    const bytes = contents.get(file.name)!;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { name: file.name, sizeBytes: bytes.length, sha256, mirrors: [server.url] };
  });
  const changed = { ...definition, card: { ...card, otherForms: [{ ...form, files, mirrors: [server.url] }] } };
  return { set: await loadDefined(changed, options({ source: "files" })), asked: server.asked };
}
