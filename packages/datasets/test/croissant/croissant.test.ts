import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  DATASET_NAMES,
  croissantOf,
  describeFiles,
  exportCroissant,
  listDatasets,
  type CroissantSource,
  type Publication,
} from "../../src/index.js";

type Json = Record<string, unknown>;

/** What the Croissant 1.1 specification asks of every description. */
function expectCroissant(json: Json): void {
  expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  expect(json).toMatchObject({ "@type": "sc:Dataset", conformsTo: "http://mlcommons.org/croissant/1.1" });
  const context = json["@context"] as Json;
  expect(context).toMatchObject({
    "@vocab": "https://schema.org/",
    cr: "http://mlcommons.org/croissant/",
    recordSet: "cr:recordSet",
  });
  for (const name of ["name", "description", "license", "url", "version", "citeAs"]) {
    expect(typeof json[name], name).toBe("string");
    expect((json[name] as string).length, name).toBeGreaterThan(0);
  }
  expect(URL.canParse(json["url"] as string)).toBe(true);
  expect(json["datePublished"]).toMatch(/^\d{4}(-\d{2}(-\d{2})?)?$/);
  for (const creator of json["creator"] as Json[]) {
    expect(["sc:Person", "sc:Organization"]).toContain(creator["@type"]);
    expect(creator["name"]).toBeTruthy();
  }
  const files = json["distribution"] as Json[];
  for (const file of files) {
    expect(file).toMatchObject({ "@type": "cr:FileObject", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(file["contentSize"]).toMatch(/^[1-9]\d* B$/);
    expect(file["encodingFormat"]).toMatch(/^[a-z]+\/[a-z.+-]+$/);
    expect(file["contentUrl"]).toBeTruthy();
  }
  const recordSets = json["recordSet"] as Json[];
  const fields = recordSets.flatMap((each) => each["field"] as Json[]);
  const ids = [...files, ...recordSets, ...fields].map((each) => each["@id"]);
  expect(new Set(ids).size).toBe(ids.length);
  for (const recordSet of recordSets) {
    const own = (recordSet["field"] as Json[]).map((each) => each["@id"]);
    const data = recordSet["data"] as Json[] | undefined;
    if (data !== undefined) for (const record of data) expect(Object.keys(record)).toEqual(own);
    for (const field of recordSet["field"] as Json[]) {
      const source = field["source"] as { fileObject: { "@id": string } } | undefined;
      // Each field has its values in the description or in a file of it.
      expect(data !== undefined || ids.includes(source?.fileObject["@id"])).toBe(true);
      const references = field["references"] as { field: { "@id": string } } | undefined;
      if (references !== undefined) expect(ids).toContain(references.field["@id"]);
    }
  }
}

describe("exportCroissant", () => {
  it.each(DATASET_NAMES)("describes %s with all that the format requires, files with sizes and SHA-256", async (name) => {
    const json = await exportCroissant(name);
    expectCroissant(json);
    const card = listDatasets().find((each) => each.name === name)!;
    expect((json["distribution"] as Json[]).map(({ sha256 }) => sha256)).toEqual(card.files.map(({ sha256 }) => sha256));
    expect(json["variableMeasured"]).toHaveLength(Math.max(1, card.columns.length) + 1);
  });

  it("holds the samples of a set that is made by formula", async () => {
    const json = await exportCroissant("xor");
    const samples = (json["recordSet"] as Json[]).find((each) => each["@id"] === "samples")!;
    expect(samples["data"]).toContainEqual({ "samples/split": "train", "samples/a": 0, "samples/b": 1, "samples/label": 1 });
  });
});

describe("own sets", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tarea-croissant-"));
  afterAll(() => rm(folder, { recursive: true }));
  const source: CroissantSource = {
    name: "leaves",
    title: "Leaves",
    description: "Photographs of leaves.",
    licence: "https://creativecommons.org/licenses/by/4.0/",
    citation: "None.",
    task: "classification",
    inputShape: [64, 64, 3],
    inputType: "uint8",
    classNames: ["oak", "<b>lime</b>"],
    columns: [],
    target: null,
    counts: { train: 2, test: 1 },
    files: [],
    mirrors: [],
  };
  const publication: Publication = {
    url: "https://example.org/leaves",
    creators: [{ kind: "person", name: "Ada Example" }],
    datePublished: "2026-02-03",
  };

  it("are described with their files, measured where they lie", async () => {
    await writeFile(join(folder, "all leaves.csv"), "a,b\n1,2\n");
    const files = await describeFiles(folder, ["all leaves.csv"]);
    const json = croissantOf({ ...source, files }, publication);
    expectCroissant(json);
    expect(json["distribution"]).toEqual([
      {
        "@type": "cr:FileObject",
        "@id": "all%20leaves.csv",
        name: "all leaves.csv",
        contentUrl: "all%20leaves.csv",
        contentSize: "8 B",
        encodingFormat: "text/csv",
        sha256: "492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470",
      },
    ]);
  });

  it("need what the format requires", async () => {
    expect(() => croissantOf({ ...source, description: " " }, publication)).toThrow(
      "description must be a text that is not empty",
    );
    expect(() => croissantOf(source, { ...publication, url: "nowhere" })).toThrow(
      "publication.url must be an address, got nowhere",
    );
    expect(() => croissantOf(source, { ...publication, creators: [] })).toThrow("publication.creators must name someone");
    expect(() => croissantOf(source, { ...publication, datePublished: "3 May" })).toThrow("must be a date such as");
    await expect(describeFiles(folder, ["nothing.bin"])).rejects.toMatchObject({
      code: "read",
      file: join(folder, "nothing.bin"),
    });
  });
});
