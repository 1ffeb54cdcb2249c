import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomStream, type NumericArray } from "@tarea/core";
import { inspectDataset, loadDataset, type InspectedSet, type Samples } from "../../src/index.js";
import { hashImages, forEachClosePair, MOST_DIFFERENT_BITS } from "../../src/hygiene/imageHashes.js";
import { nearImages } from "../../src/hygiene/nearImages.js";
import { nearTexts } from "../../src/hygiene/nearTexts.js";
import { jaccard, shinglesOf } from "../../src/hygiene/textShingles.js";
import { areaAverage, thumbnailsOf } from "../../src/hygiene/thumbnails.js";

/** Smooth random colour pictures of 32 by 32, each its own. */
function pictures(count: number, seed: number): NumericArray<"uint8"> {
  const random = randomStream(seed, "pictures");
  const data = new Uint8Array(count * 3072);
  for (let image = 0; image < count; image++) {
    const waves = Array.from(
      { length: 18 },
      () => [random.uniform() * 0.5, random.uniform() * 0.5, random.uniform() * 6.3, random.integer(3)] as const,
    );
    for (let i = 0; i < 1024; i++) {
      for (let channel = 0; channel < 3; channel++) {
        const sum = waves.reduce(
          (total, [x, y, phase, own]) => total + (own === channel ? 2 : 1) * Math.sin(x * (i % 32) + y * (i >> 5) + phase),
          0,
        );
        data[image * 3072 + i * 3 + channel] = 128 + 5 * sum;
      }
    }
  }
  return { dtype: "uint8", shape: [count, 32, 32, 3], data };
}

/** A copy with image `to` made from image `from`, value by value. */
function copyImage(images: NumericArray<"uint8">, from: number, to: number, change: (value: number, at: number) => number): void {
  for (let i = 0; i < 3072; i++)
    images.data[to * 3072 + i] = Math.min(255, Math.max(0, change(images.data[from * 3072 + i]!, i)));
}

function labelled(inputs: NumericArray, labels: readonly number[]): Samples {
  return { inputs, labels: { dtype: "uint8", shape: [labels.length], data: Uint8Array.from(labels) } };
}

const base = { task: "classification", modality: "image", classNames: ["a", "b"], columnNames: [] } as const;

describe("near duplicates of images", () => {
  it("are found brightened, faded, recoloured and with noise, and nothing else is", () => {
    const images = pictures(400, 1);
    const noise = randomStream(5, "noise");
    copyImage(images, 3, 103, (value) => value + 20);
    copyImage(images, 7, 107, (value) => 128 + 0.5 * (value - 128));
    copyImage(images, 11, 111, (value, at) => value + (at % 3 === 0 ? 30 : -10));
    copyImage(images, 13, 113, (value) => value + 3 * noise.normal());
    const { pairs, complete, method } = nearImages([images]);
    expect(pairs.toSorted(([a], [b]) => a - b)).toEqual([
      [3, 103],
      [7, 107],
      [11, 111],
      [13, 113],
    ]);
    expect(complete).toBe(true);
    expect(method).toContain("0.9700");
  });

  it("are told apart from exact ones, within each part and across, with another label where it is another", () => {
    const [train, test] = [pictures(60, 2), pictures(40, 3)];
    copyImage(train, 1, 2, (value) => value);
    copyImage(train, 1, 4, (value) => value + 9);
    test.data.copyWithin(5 * 3072, 0, 3072);
    for (let i = 0; i < 3072; i++) test.data[8 * 3072 + i] = Math.min(255, train.data[30 * 3072 + i]! + 9);
    test.data.set(train.data.subarray(31 * 3072, 32 * 3072), 9 * 3072);
    const labels = (count: number): number[] => Array.from({ length: count }, (_, i) => i % 2);
    const set: InspectedSet = { ...base, train: labelled(train, labels(60)), test: labelled(test, labels(40)) };
    const facts = inspectDataset(set);
    expect(facts.train.duplicates).toEqual({ count: 1, conflicting: 1, examples: [[1, 2]] });
    expect(facts.train.nearDuplicates).toEqual({ count: 1, conflicting: 1, examples: [[1, 4]] });
    expect(facts.test.duplicates).toEqual({ count: 1, conflicting: 1, examples: [[0, 5]] });
    expect(facts.test.nearDuplicates?.count).toBe(0);
    expect(facts.duplicatesAcross).toEqual({ count: 1, conflicting: 0, examples: [[31, 9]] });
    expect(facts.nearDuplicatesAcross).toEqual({ count: 1, conflicting: 0, examples: [[30, 8]] });
    expect(facts.repeated).toBe(3);
    expect(facts.notes.slice(0, 2)).toEqual([
      "1 of the test part occurs in the training part, too.",
      "1 of the test part nearly repeats one of the training part.",
    ]);
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });

  it("are not claimed of even pictures", () => {
    const data = new Uint8Array(6 * 64).fill(200);
    data.fill(100, 64);
    expect(nearImages([{ dtype: "uint8", shape: [6, 8, 8, 1], data }]).pairs).toEqual([]);
  });

  it("find every pair of hashes that differ in few bits, once, and stop where they are told to", () => {
    const images = pictures(250, 4);
    for (let i = 100; i < 250; i++) copyImage(images, i - 100, i, (value, at) => value + ((at * (i + 3)) % 61) - 30);
    const hashes = hashImages(thumbnailsOf([images]));
    const different = (a: number, b: number): number =>
      hashes.bands.reduce((sum, band) => sum + (band[a]! ^ band[b]!).toString(2).replaceAll("0", "").length, 0);
    const expected: string[] = [];
    for (let a = 0; a < 250; a++)
      for (let b = a + 1; b < 250; b++) if (different(a, b) <= MOST_DIFFERENT_BITS) expected.push(`${a} ${b}`);
    const found: string[] = [];
    const options = { mostBits: MOST_DIFFERENT_BITS, mostComparisons: 1e9 };
    expect(forEachClosePair(hashes, options, (a, b) => found.push(`${a} ${b}`))).toBe(true);
    expect(found.toSorted()).toEqual(expected.toSorted());
    expect(found.length).toBeGreaterThan(50);
    expect(forEachClosePair(hashes, { ...options, mostComparisons: 10 }, () => undefined)).toBe(false);
  });

  it("are looked for in pictures of any size", () => {
    for (const shape of [
      [1, 1, 1],
      [3, 50, 1],
      [70, 40, 4],
    ]) {
      const size = shape.reduce((product, length) => product * length);
      const data = Uint8Array.from({ length: size * 5 }, (_, i) => (i * i * 7919) % 251);
      expect(nearImages([{ dtype: "uint8", shape: [5, ...shape], data }]).complete).toBe(true);
    }
  });
});

describe("averages over areas", () => {
  it("keep the mean, whatever the sizes", () => {
    const sides = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(sides, sides, sides, sides, fc.nat(), (fromHeight, fromWidth, height, width, seed) => {
        const random = randomStream(seed, "grey");
        const from = Float32Array.from({ length: fromHeight * fromWidth }, () => random.uniform());
        const to = new Float32Array(height * width);
        areaAverage(fromHeight, fromWidth, height, width)(from, to);
        const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
        expect(mean(to)).toBeCloseTo(mean(from), 5);
      }),
      { seed: 20260106, numRuns: 100 },
    );
  });
});

describe("near duplicates of texts", () => {
  const words = (seed: number, count: number): string[] => {
    const random = randomStream(seed, "words");
    return Array.from({ length: count }, () => `w${random.integer(5000)}`);
  };

  it("are found with other punctuation, mark-up and a changed word, and nothing else is", () => {
    const texts = Array.from({ length: 300 }, (_, i) => words(i, 60).join(" "));
    texts[100] = texts[4]!.toUpperCase().replaceAll(" ", ", ");
    texts[101] = `${words(5, 60).with(30, "other").join(" ")}<br />`;
    texts[102] = `${texts[6]} ${words(999, 10).join(" ")}`;
    texts[103] = `${texts[7]} ${words(998, 60).join(" ")}`;
    const { pairs, complete } = nearTexts(texts);
    expect(pairs.toSorted(([a], [b]) => a - b)).toEqual([
      [4, 100],
      [5, 101],
      [6, 102],
    ]);
    expect(complete).toBe(true);
  });

  it("do not make a set of equal texts take for ever, and empty texts are left alone", () => {
    const many = nearTexts(Array.from({ length: 1000 }, () => "one two three four"));
    expect(many.complete).toBe(false);
    expect(many.pairs.length).toBeLessThan(200_000);
    expect(nearTexts(["", "", "!"]).pairs).toEqual([]);
  });

  it("share all triples with themselves, and as many one way as the other", () => {
    const texts = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 }).map((each) => each.join(" "));
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const [one, two] = [shinglesOf(a), shinglesOf(b)];
        expect(jaccard(one, one)).toBe(1);
        expect(jaccard(one, two)).toBe(jaccard(two, one));
        expect(one.toSorted()).toEqual(one);
        expect(new Set(one).size).toBe(one.length);
      }),
      { seed: 20260106, numRuns: 200 },
    );
  });
});

it("finds nothing repeated in the twin of MNIST", async () => {
  const twin = await loadDataset("mnist", { source: "synthetic", synthetic: { trainCount: 600, testCount: 200 } });
  const facts = inspectDataset(twin);
  expect([facts.train.duplicates.count, facts.duplicatesAcross.count]).toEqual([0, 0]);
  expect(facts.nearMethod).toContain("correlation");
});
