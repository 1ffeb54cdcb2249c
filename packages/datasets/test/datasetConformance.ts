/**
 * What every data set must do, so that a new one is tested in five lines:
 *
 * ```ts
 * import { datasetConformance } from "./datasetConformance.js";
 *
 * datasetConformance("mnist", { twinSha256: "…" });
 * ```
 */

import { createHash } from "node:crypto";
import { takeRows, type NumericArray } from "@tarea/core";
import { describe, expect, it } from "vitest";
import { checkDataset, listDatasets, loadDataset, type DatasetName, type Samples } from "../src/index.js";

export interface ConformanceOptions {
  /** SHA-256 of the twin's first 1,000 training inputs, then their labels, with the default seed. */
  twinSha256: string;
}

export function datasetConformance(name: DatasetName, { twinSha256 }: ConformanceOptions): void {
  const card = listDatasets().find((each) => each.name === name)!;
  const twin = async (trainCount: number, seed?: number) =>
    loadDataset(name, { source: "synthetic", synthetic: { trainCount, testCount: 200, seed } });

  describe(`the data set ${name}`, () => {
    it("has a card that says what, whose, under which licence and how to cite it", () => {
      for (const text of [card.title, card.description, card.source, card.licence, card.citation])
        expect(text.length).toBeGreaterThan(2);
      expect(JSON.parse(JSON.stringify(card))).toEqual(card);
    });

    it("has as many labels as samples and a count for each class", () => {
      for (const part of ["train", "test"] as const) {
        expect(card.labelCounts[part]).toHaveLength(card.classNames.length);
        expect(card.labelCounts[part].reduce((sum, count) => sum + count)).toBe(card.counts[part]);
      }
      expect(new Set(card.classNames).size).toBe(card.classNames.length);
    });

    it("pins every file's size and SHA-256 and names no path outside its folder", () => {
      const forms = card.files.flatMap((file) => [file, ...(file.unpacked ? [file.unpacked] : [])]);
      expect(forms.length).toBeGreaterThan(0);
      for (const form of forms) {
        expect(form.sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(form.sizeBytes).toBeGreaterThan(0);
        expect(form.name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/);
      }
      expect(new Set(forms.map((form) => form.name)).size).toBe(forms.length);
      for (const mirror of card.mirrors) expect(mirror).toMatch(/^https?:\/\/.+\/$/);
    });

    it("has a twin of the card's shape, type and classes, marked as synthetic", async () => {
      const { train, test, synthetic, source, inputShape, classNames } = await twin(300);
      expect(synthetic).toBe(true);
      expect(source).toContain("Synthetic twin");
      expect({ inputShape, classNames }).toEqual({ inputShape: card.inputShape, classNames: card.classNames });
      for (const [part, count] of [
        [train, 300],
        [test, 200],
      ] as const) {
        expect(part.inputs).toMatchObject({ dtype: "uint8", shape: [count, ...card.inputShape] });
        expect(part.labels).toMatchObject({ dtype: "uint8", shape: [count] });
        expect(new Set(part.labels.data)).toEqual(new Set(card.classNames.keys()));
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
      const accuracy = nearestMeanAccuracy(train, test, card.classNames.length);
      expect(accuracy).toBeGreaterThan(0.4);
      expect(accuracy).toBeLessThan(0.9);
    });

    it("has a twin without repeated samples", async () => {
      const check = await checkDataset(name, { source: "synthetic", synthetic: { trainCount: 1000, testCount: 200 } });
      expect(check).toMatchObject({ ok: true, synthetic: true, problems: [] });
      expect([check.train?.duplicates.count, check.test?.duplicates.count, check.duplicatesAcross?.count]).toEqual([0, 0, 0]);
    });
  });
}

function firstRows({ inputs, labels }: Samples, count: number): Samples {
  const rows = Array.from({ length: count }, (_, row) => row);
  return { inputs: takeRows(inputs, rows), labels: takeRows(labels, rows) };
}

/** Share of `test` whose nearest class mean of `train` is the right one. */
function nearestMeanAccuracy(train: Samples, test: Samples, classes: number): number {
  const size = train.inputs.data.length / train.labels.data.length;
  const means = Array.from({ length: classes }, () => new Float64Array(size));
  const counts = new Float64Array(classes);
  for (const [row, label] of train.labels.data.entries()) {
    counts[label]!++;
    rowOf(train.inputs, row, size).forEach((value, i) => (means[label]![i]! += value));
  }
  let right = 0;
  for (const [row, label] of test.labels.data.entries()) {
    const values = rowOf(test.inputs, row, size);
    const distances = means.map((mean, k) => values.reduce((sum, value, i) => sum + (value - mean[i]! / counts[k]!) ** 2, 0));
    if (distances.indexOf(Math.min(...distances)) === label) right++;
  }
  return right / test.labels.data.length;
}

function rowOf({ data }: NumericArray, row: number, size: number): number[] {
  return Array.from(data.subarray(row * size, (row + 1) * size));
}
