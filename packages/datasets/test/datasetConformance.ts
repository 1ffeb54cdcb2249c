/**
 * What every data set must do, so that a new one is tested in five lines:
 *
 * ```ts
 * import { datasetConformance } from "./datasetConformance.js";
 *
 * datasetConformance("mnist", { twinSha256: "…", learnable: [0.4, 0.9], encode: … });
 * ```
 */

import { createHash } from "node:crypto";
import { takeRows } from "@tarea/core";
import { describe, expect, it } from "vitest";
import type { Splits } from "../src/dataset.js";
import { checkDataset, listDatasets, loadDataset, type Dataset, type DatasetName, type Samples } from "../src/index.js";
import { parseParts } from "../src/loadDataset.js";
import { definitionOf } from "../src/registry.js";
import { splitSamples } from "../src/splitSamples.js";
import { answers, tryChanges } from "./support/hostile.js";
import { linearR2, nearestMeanAccuracy, wordRunAccuracy } from "./support/learnability.js";
import type { Contents } from "./support/encode.js";

export interface ConformanceOptions {
  /** SHA-256 of the twin's first 1,000 training inputs, then their labels, with the default seed. */
  twinSha256: string;
  /**
   * Between what a simple model must come out on the twin: accuracy of the nearest class mean, of a bag of words, or R2 of a linear model.
   */
  learnable: readonly [low: number, high: number];
  /** Writes the twin as the publisher's files, so that they can be read back; for a set made by formula there are none. */
  encode?: (twin: Splits) => Contents;
  /** True for a set of so few different inputs that they repeat. */
  repeats?: boolean;
}

export function datasetConformance(
  name: DatasetName,
  { twinSha256, learnable, encode, repeats = false }: ConformanceOptions,
): void {
  const definition = definitionOf(name);
  const { card } = definition;
  const twin = async (trainCount: number, seed?: number): Promise<Dataset> =>
    loadDataset(name, { source: "synthetic", synthetic: { trainCount, testCount: 200, seed } });

  describe(`the data set ${name}`, () => {
    it("has a card that says what, whose, under which licence and how to cite it", () => {
      expect(card.name).toBe(name);
      expect(listDatasets()).toContain(card);
      for (const text of [card.title, card.description, card.source, card.licence, card.citation, card.split.how])
        expect(text.length).toBeGreaterThan(2);
      expect(card.knownFlaws.length).toBeGreaterThan(0);
      expect(JSON.parse(JSON.stringify(card))).toEqual(card);
    });

    it("has counts, class names, columns and a split that agree", () => {
      const isTable = card.modality === "table";
      for (const part of ["train", "test"] as const) {
        expect(card.labelCounts[part]).toHaveLength(card.classNames.length);
        if (card.task === "classification")
          expect(card.labelCounts[part].reduce((sum, count) => sum + count)).toBe(card.counts[part]);
      }
      expect(new Set(card.classNames).size).toBe(card.classNames.length);
      expect(card.classNames.length > 0).toBe(card.task === "classification");
      expect(card.target !== null).toBe(card.task === "regression");
      expect(card.columns).toHaveLength(isTable ? card.inputShape[0]! : 0);
      expect(card.split.seed !== undefined).toBe(card.split.by === "seed");
      expect(card.split.by === "formula").toBe(card.origin === "formula");
    });

    it("pins every file's size and SHA-256 and names no path outside its folder", () => {
      const forms = [card.files, ...(card.otherForms ?? []).map(({ files }) => files)];
      expect(forms[0]!.length > 0).toBe(card.origin === "files");
      for (const files of forms) {
        const all = files.flatMap((file) => [file, ...(file.unpacked ? [file.unpacked] : [])]);
        for (const file of all) {
          expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
          expect(file.sizeBytes).toBeGreaterThan(0);
          expect(file.name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/);
        }
        expect(new Set(all.map((file) => file.name)).size).toBe(all.length);
      }
      const mirrors = [card, ...(card.otherForms ?? []), ...forms.flat()].flatMap((each) => each.mirrors ?? []);
      for (const mirror of mirrors) expect(mirror).toMatch(/^https?:\/\/.+\/$/);
      expect(card.folder ?? card.name).toMatch(/^[a-z0-9_-]+$/);
    });

    it("has a twin of the card's shape, type and classes, marked as synthetic", async () => {
      const { train, test, ...set } = await twin(300);
      expect(set.synthetic).toBe(card.origin === "files");
      expect(set.source).toContain(card.origin === "files" ? "Synthetic twin" : "Made by formula");
      const { inputShape, classNames, task, modality } = card;
      expect(set).toMatchObject({ name, inputShape, classNames, task, modality });
      expect(set.columnNames).toEqual(card.columns.map((column) => column.name));
      for (const [part, count] of [
        [train, 300],
        [test, 200],
      ] as const) {
        expect(part.inputs).toMatchObject({ dtype: card.inputType, shape: [count, ...card.inputShape] });
        expect(part.inputs.data).toHaveLength(count * card.inputShape.reduce((size, length) => size * length, 1));
        expect(part.labels).toMatchObject({ dtype: task === "regression" ? "float32" : "uint8", shape: [count] });
        expect(part.labels.data).toHaveLength(count);
        expect(part.texts?.length).toBe(modality === "text" ? count : undefined);
        if (task === "classification") expect(new Set(part.labels.data)).toEqual(new Set(card.classNames.keys()));
        else expect(part.labels.data.every(Number.isFinite)).toBe(true);
      }
    });

    it("draws the same twin from the same seed, sample by sample, whatever the count", async () => {
      const [small, large] = await Promise.all([twin(40), twin(90)]);
      expect(firstRows(large.train, 40)).toEqual(small.train);
      expect(large.test).toEqual(small.test);
    });

    it("draws another twin, with another fingerprint, from another seed, and parts that differ", async () => {
      const [one, two] = await Promise.all([twin(40), twin(40, 2)]);
      expect(two.train).not.toEqual(one.train);
      expect(two.fingerprint).not.toBe(one.fingerprint);
      expect(firstRows(one.test, 40)).not.toEqual(one.train);
    });

    it("draws the reviewed twin to the byte", async () => {
      const { inputs, labels } = (await twin(1000)).train;
      expect(createHash("sha256").update(inputs.data).update(labels.data).digest("hex")).toBe(twinSha256);
    });

    it("has a twin that can be learned but not at a glance", async () => {
      const { train, test } = await twin(1500);
      const score = simpleScore({ train, test }, card.classNames.length, card.modality === "text");
      expect(score).toBeGreaterThan(learnable[0]);
      expect(score).toBeLessThan(learnable[1]);
    });

    it("has a twin without repeated samples", async () => {
      const check = await checkDataset(name, { source: "synthetic", synthetic: { trainCount: 1000, testCount: 200 } });
      expect(check).toMatchObject({ ok: true, synthetic: card.origin === "files", problems: [] });
      const found = [check.train?.duplicates.count, check.test?.duplicates.count, check.duplicatesAcross?.count];
      if (repeats) expect(found[2]).toBeGreaterThan(0);
      else expect(found).toEqual([0, 0, 0]);
    });

    it.runIf(encode)("reads its twin back from the publisher's file formats", async () => {
      const drawn = await loadDataset(name, { source: "synthetic", synthetic: { trainCount: 300, testCount: 200 } });
      const read = await definition.parse!(encode!(drawn));
      expect(partsOf(read).map(summary)).toEqual([drawn.train, drawn.test].slice(0, partsOf(read).length).map(summary));
    });

    it.runIf(encode)("refuses its files cut short, changed or in the place of another, and says which and where", async () => {
      const twinFiles = encode!(await loadDataset(name, { source: "synthetic", synthetic: { trainCount: 20, testCount: 10 } }));
      for (const [file, whole] of twinFiles) {
        const parse = async (bytes: Uint8Array): Promise<unknown> =>
          definition.parse!(
            new Map([...twinFiles].map(([each, content]) => [each, each === file ? bytes : new Uint8Array(content)])),
          );
        const parser = { file: "", valid: [whole], parse, placesAreRows: card.modality === "table" };
        expect(await answers(parser, new Uint8Array(whole))).toBe("read");
        for (const end of [0, 1, 9, whole.length >> 1, whole.length - 1])
          await answers(parser, new Uint8Array(whole.subarray(0, end)));
        for (const other of twinFiles.values()) await answers(parser, new Uint8Array(other));
        await tryChanges(parser, { numRuns: 10 });
      }
    });

    it.runIf(card.split.by === "seed")("splits a set without a test part by the card's seed, into every row once", async () => {
      const all = { trainCount: card.counts.train + card.counts.test, testCount: 1 };
      const whole = await loadDataset(name, { source: "synthetic", synthetic: all });
      const { train, test } = await parseParts(definition, encode!(whole));
      expect([train.labels.shape, test.labels.shape]).toEqual([[card.counts.train], [card.counts.test]]);
      expect({ train, test }).toEqual(splitSamples(whole.train, card));
      const rows = [train, test].flatMap((part) => rowTexts(part));
      expect(rows.toSorted()).toEqual(rowTexts(whole.train).toSorted());
    });
  });
}

function simpleScore({ train, test }: Pick<Splits, "train" | "test">, classes: number, isText: boolean): number {
  if (isText) return wordRunAccuracy(train, test, 1);
  return classes > 0 ? nearestMeanAccuracy(train, test, classes) : linearR2(train, test);
}

function partsOf(parsed: Splits | Samples): Samples[] {
  return "train" in parsed ? [parsed.train, parsed.test] : [parsed];
}

function rowTexts({ inputs, labels }: Samples): string[] {
  const length = inputs.shape[1]!;
  return Array.from(labels.data, (label, row) => `${label} ${inputs.data.subarray(row * length, (row + 1) * length).join(" ")}`);
}

/** Small and equal for equal samples; reviews lie in files by label, so their order does not count. */
function summary({ texts, labels, inputs }: Samples): unknown {
  const facts = [inputs, labels].map(({ dtype, shape, data }) => [dtype, shape, data.constructor.name]);
  const hash = (data: NodeJS.ArrayBufferView): string => createHash("sha256").update(data).digest("hex");
  if (texts === undefined) return [facts, hash(inputs.data), hash(labels.data)];
  const rows = rowTexts({ inputs, labels }).map((row, i) => `${row} ${texts[i]}`);
  return [facts, rows.toSorted()];
}

function firstRows({ inputs, labels, texts }: Samples, count: number): Samples {
  const rows = Array.from({ length: count }, (_, row) => row);
  return { inputs: takeRows(inputs, rows), labels: takeRows(labels, rows), ...(texts && { texts: texts.slice(0, count) }) };
}
