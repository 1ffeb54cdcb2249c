import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { TareaError } from "@tarea/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkDefined } from "../src/checkDataset.js";
import { fetchDefined } from "../src/fetchDataset.js";
import { DATASET_NAMES, checkDataset, fetchDataset, listDatasets, loadDataset, type LoadOptions } from "../src/index.js";
import { loadDefined } from "../src/loadDataset.js";
import { tinySet, type TinySet } from "./support/tinySet.js";

const IMAGES = "train-images-idx3-ubyte.gz";
const MIRRORS = ["http://one.test/set/", "http://two.test/set/"];

let folder: string;
let tiny: TinySet;
let lines: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tarea-datasets-"));
  tiny = tinySet(MIRRORS);
  lines = [];
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Options that see nothing but this test's folder and answer no request. */
function options(more: LoadOptions = {}): LoadOptions {
  return {
    env: {},
    cacheFolder: join(folder, "cache"),
    fetch: serve(),
    log: (line) => lines.push(line),
    synthetic: { trainCount: 5, testCount: 3 },
    ...more,
  };
}

/** A `fetch` that knows the set's files on the named hosts and fails as without a network elsewhere. */
function serve(hosts: Record<string, (name: string) => Response> = {}, asked: string[] = []): typeof fetch {
  return (input) => {
    const url = new URL(input instanceof Request ? input.url : input);
    asked.push(url.href);
    const answer = hosts[url.host];
    if (answer) return Promise.resolve(answer(url.pathname.split("/").at(-1)!));
    return Promise.reject(
      new TypeError("fetch failed", {
        cause: Object.assign(new Error(`getaddrinfo ENOTFOUND ${url.host}`), { code: "ENOTFOUND" }),
      }),
    );
  };
}

function content(name: string): Response {
  return new Response(Uint8Array.from(tiny.packed.get(name)!));
}

async function rejection(promise: Promise<unknown>): Promise<TareaError> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TareaError);
  return error as TareaError;
}

describe("loading files", () => {
  it("reads the data folder that TAREA_DATA_DIR names", async () => {
    await tiny.writeTo(folder);
    const set = await loadDefined(tiny.definition, options({ env: { TAREA_DATA_DIR: folder } }));
    expect(set).toMatchObject({
      name: "mnist",
      synthetic: false,
      inputShape: [4, 4, 1],
      source: "The published files, from TAREA_DATA_DIR, verified by SHA-256.",
    });
    expect(set.train.inputs.shape).toEqual([6, 4, 4, 1]);
    expect(set.train.labels.data).toEqual(Uint8Array.of(0, 1, 2, 0, 1, 2));
    expect(set.test.labels.data).toEqual(Uint8Array.of(1, 2));
    expect(lines).toEqual([]);
  });

  it("reads files that are already unpacked, with the same fingerprint", async () => {
    await tiny.writeTo(folder);
    const packed = await loadDefined(tiny.definition, options({ dataFolder: folder }));
    await rm(join(folder, "mnist", IMAGES));
    await writeFile(join(folder, "mnist", IMAGES.slice(0, -3)), gunzipSync(tiny.packed.get(IMAGES)!));
    const unpacked = await loadDefined(tiny.definition, options({ dataFolder: folder }));
    expect(unpacked.fingerprint).toBe(packed.fingerprint);
    expect(unpacked.train.inputs.data).toEqual(packed.train.inputs.data);
  });

  it.each([
    [
      "a web page",
      Buffer.from("\n<!DOCTYPE html><title>Not found</title>"),
      "this is an HTML page, not the published file",
      "download the file again",
    ],
    [
      "a Git LFS pointer",
      Buffer.from("version https://git-lfs.github.com/spec/v1\n"),
      "this is a Git LFS pointer",
      "download the file again",
    ],
    ["nothing", Buffer.alloc(0), "this is an empty file", "download the file again"],
    ["other bytes of another size", gzipSync(Buffer.alloc(5000, "other release")), "this is not the published file", "cut short"],
    ["unpacked bytes under the packed name", Buffer.alloc(500), "this is not the published file", "take .gz off its name"],
  ])("explains %s in the data folder and does not go on without a word", async (_name, bytes, problem, hint) => {
    const path = join(await tiny.writeTo(folder, { [IMAGES]: bytes }), IMAGES);
    const error = await rejection(loadDefined(tiny.definition, options({ dataFolder: folder })));
    expect(error).toMatchObject({ code: "checksum", file: path, hint: expect.stringContaining(hint) });
    expect(error.message).toContain(problem);
  });

  it("explains a file of the right size with other bytes, one cut short, and a packed one under the unpacked name", async () => {
    const good = tiny.packed.get(IMAGES)!;
    const flipped = Uint8Array.from(good, (byte, i) => (i === 20 ? byte ^ 1 : byte));
    const file = tiny.definition.card.files[0]!;
    await tiny.writeTo(folder, { [IMAGES]: flipped });
    const error = await rejection(loadDefined(tiny.definition, options({ dataFolder: folder })));
    expect(error.expected).toBe(`${file.sizeBytes} bytes with SHA-256 ${file.sha256}`);
    expect(error.received).toMatch(/^SHA-256 [0-9a-f]{64}$/);
    await tiny.writeTo(folder, { [IMAGES]: good.subarray(0, 40) });
    expect((await rejection(loadDefined(tiny.definition, options({ dataFolder: folder })))).message).toContain(
      "got 40 bytes. It seems to be cut short",
    );
    await rm(join(folder, "mnist", IMAGES));
    await writeFile(join(folder, "mnist", IMAGES.slice(0, -3)), good);
    expect((await rejection(loadDefined(tiny.definition, options({ dataFolder: folder })))).hint).toBe(
      "It is still gzip: add .gz to its name.",
    );
  });

  it("says that a folder stands where a file should be", async () => {
    await tiny.writeTo(folder);
    await rm(join(folder, "mnist", IMAGES));
    await mkdir(join(folder, "mnist", IMAGES));
    expect(await rejection(loadDefined(tiny.definition, options({ dataFolder: folder })))).toMatchObject({
      file: join(folder, "mnist", IMAGES),
    });
  });

  it("downloads into the cache, and from then on needs no network", async () => {
    const progress: string[] = [];
    const online = options({ fetch: serve({ "two.test": content }), onProgress: ({ file }) => progress.push(file) });
    const first = await loadDefined(tiny.definition, online);
    expect(first.source).toBe("The published files, downloaded from two.test, verified by SHA-256.");
    expect(new Set(progress)).toEqual(new Set(tiny.packed.keys()));
    const second = await loadDefined(tiny.definition, options({ offline: true }));
    expect(second.source).toBe("The published files, from the cache, verified by SHA-256.");
    expect(second.fingerprint).toBe(first.fingerprint);
  });

  it("asks the mirror that worked first for the next file", async () => {
    const asked: string[] = [];
    await fetchDefined(tiny.definition, options({ fetch: serve({ "two.test": content }, asked) }));
    expect(asked.map((url) => new URL(url).host)).toEqual(["one.test", "two.test", "two.test", "two.test", "two.test"]);
  });

  it("replaces a damaged copy in the cache and says so", async () => {
    await tiny.writeTo(join(folder, "cache", "datasets"), { [IMAGES]: Buffer.from("damaged") });
    const result = await fetchDefined(tiny.definition, options({ fetch: serve({ "one.test": content }) }));
    expect(result).toMatchObject({ place: "download", receivedBytes: tiny.packed.get(IMAGES)!.length });
    expect(result.files.map(({ url }) => url)).toEqual([`${MIRRORS[0]}${IMAGES}`, null, null, null]);
    expect(lines).toEqual([expect.stringContaining("this is not the published file")]);
    expect(await fetchDefined(tiny.definition, options())).toMatchObject({ place: "cache", receivedBytes: 0 });
  });

  it("refuses verified files whose counts disagree", async () => {
    const { card, parse } = tiny.definition;
    await tiny.writeTo(folder);
    const swapped = {
      ...tiny.definition,
      parse: (bytes: ReadonlyMap<string, Uint8Array>) =>
        parse!(new Map(bytes).set("train-labels-idx1-ubyte.gz", bytes.get("t10k-labels-idx1-ubyte.gz")!)),
    };
    expect(card.counts.train).toBe(6);
    await expect(loadDefined(swapped, options({ dataFolder: folder }))).rejects.toThrow("expected 6, got 2");
  });
});

describe("going on without files", () => {
  it("uses the twin, says why, and asks each mirror once", async () => {
    const asked: string[] = [];
    const set = await loadDefined(tiny.definition, options({ fetch: serve({}, asked) }));
    const why = "TAREA_DATA_DIR is not set; the cache holds no copy; no mirror could be reached";
    expect(set).toMatchObject({ synthetic: true, source: `Synthetic twin (drawn, seed 1), in place of the real files: ${why}.` });
    expect(asked).toEqual(MIRRORS.map((mirror) => mirror + IMAGES));
    expect(lines.at(-1)).toBe(`Tiny: going on with the synthetic twin: ${why}.`);
  });

  it("opens no socket when offline", async () => {
    const asked: string[] = [];
    const set = await loadDefined(
      tiny.definition,
      options({ offline: true, dataFolder: join(folder, "nowhere"), fetch: serve({ "one.test": content }, asked) }),
    );
    expect(set.source).toContain(
      "the data folder has no complete mnist folder; the cache holds no copy; downloads are switched off",
    );
    expect(asked).toEqual([]);
  });

  it("uses the twin when the cache cannot be written, and names the folder in the log", async () => {
    await writeFile(join(folder, "cache"), "a file in place of the folder");
    const set = await loadDefined(tiny.definition, options({ fetch: serve({ "one.test": content }) }));
    expect(set.synthetic).toBe(true);
    expect(set.source).toMatch(/the cache folder cannot be written \(E[A-Z]+\)\.$/);
    expect(lines.join("\n")).toContain(`cannot write ${join(folder, "cache")}`);
  });

  it("throws in place of the twin when files are asked for", async () => {
    const error = await rejection(
      loadDefined(
        tiny.definition,
        options({ source: "files", fetch: serve({ "one.test": () => new Response("<html>", { status: 200 }) }) }),
      ),
    );
    expect(error.code).toBe("no-data");
    expect(error.message).toContain("http://one.test/set/train-images-idx3-ubyte.gz: it sent an HTML page in place of the file");
    const offline = await rejection(fetchDefined(tiny.definition, options({ offline: true })));
    expect(offline.hint).toBe("Run `tarea data fetch mnist`, or set TAREA_DATA_DIR to a folder that holds mnist/.");
  });

  it("gives twins of different seeds and sizes different fingerprints", async () => {
    const fingerprints = await Promise.all(
      [{ seed: 1 }, { seed: 2 }, { seed: 1, trainCount: 9 }].map(
        async (synthetic) => (await loadDefined(tiny.definition, options({ source: "synthetic", synthetic }))).fingerprint,
      ),
    );
    expect(new Set(fingerprints).size).toBe(3);
  });
});

describe("checking", () => {
  it("reports files, counts, balance, range and duplicates as plain JSON", async () => {
    await tiny.writeTo(folder);
    const check = await checkDefined(tiny.definition, options({ dataFolder: folder }));
    expect(JSON.parse(JSON.stringify(check))).toEqual(check);
    expect(check).toMatchObject({ ok: true, synthetic: false, folder: join(folder, "mnist"), problems: [] });
    expect(check.files.map(({ found, ok }) => ({ found, ok }))).toEqual(
      tiny.definition.card.files.map(() => ({ found: true, ok: true })),
    );
    expect(check.train).toMatchObject({
      count: 6,
      labels: { a: 2, b: 2, c: 2 },
      imbalance: 1,
      minimum: 0,
      duplicates: { count: 1, conflicting: 1, examples: [[0, 2]] },
    });
    expect(check.test).toMatchObject({ count: 2, labels: { a: 0, b: 1, c: 1 }, imbalance: null, duplicates: { count: 0 } });
    expect(check.duplicatesAcross).toEqual({ count: 1, conflicting: 0, examples: [[1, 0]] });
  });

  it("lists missing and wrong files as findings", async () => {
    await tiny.writeTo(folder, { [IMAGES]: Buffer.from("<html></html>"), "t10k-labels-idx1-ubyte.gz": null });
    const check = await checkDefined(tiny.definition, options({ dataFolder: folder }));
    expect(check).toMatchObject({ ok: false, fingerprint: null, train: null, duplicatesAcross: null });
    expect(check.files.map(({ found, ok }) => [found, ok])).toEqual([
      [true, false],
      [true, true],
      [true, true],
      [false, false],
    ]);
    expect(check.problems).toEqual([
      expect.stringContaining("an HTML page"),
      expect.stringContaining("t10k-labels-idx1-ubyte.gz is missing"),
    ]);
  });
});

describe("options", () => {
  it("names the nearest data set", async () => {
    expect((await rejection(loadDataset("minst" as never))).message).toBe(
      `datasets: unknown data set, expected one of ${DATASET_NAMES.join(", ")}, got "minst". Did you mean "mnist"?`,
    );
    expect((await rejection(fetchDataset("fashionmnist" as never))).hint).toBe('Did you mean "fashion-mnist"?');
    expect((await rejection(checkDataset("toString" as never))).code).toBe("option");
  });

  it("refuses unknown options and wrong values", async () => {
    expect((await rejection(loadDataset("mnist", { offlin: true } as never))).hint).toBe('Did you mean "offline"?');
    expect((await rejection(loadDataset("mnist", { source: "file" as never }))).hint).toBe('Did you mean "files"?');
    expect((await rejection(loadDataset("mnist", { source: "synthetic", synthetic: { trainCount: 0 } }))).message).toContain(
      "synthetic.trainCount must be a positive integer",
    );
    expect((await rejection(loadDataset("mnist", { source: "synthetic", synthetic: { sed: 1 } as never }))).hint).toBe(
      'Did you mean "seed"?',
    );
  });

  it("lists the sets in order", () => {
    expect(listDatasets().map(({ name }) => name)).toEqual(DATASET_NAMES);
    expect(DATASET_NAMES.slice(0, 3)).toEqual(["mnist", "fashion-mnist", "cifar10"]);
  });
});
