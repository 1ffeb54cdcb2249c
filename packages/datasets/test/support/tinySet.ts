/** A complete small data set, 4 by 4 pixels and three classes, in MNIST's file formats. */

import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { DatasetCard, DatasetDefinition, DatasetFile } from "../../src/dataset.js";
import { IDX_IMAGE_FILES, parseIdxImageSet } from "../../src/formats/idxImages.js";
import { idxBytes } from "./idxBytes.js";

export interface TinySet {
  definition: DatasetDefinition;
  /** Packed content by published name. */
  packed: Map<string, Uint8Array>;
  /** Writes the set's folder below `root`, with some files replaced (by bytes) or left out (`null`), and returns it. */
  writeTo: (root: string, changes?: Record<string, Uint8Array | null>) => Promise<string>;
}

/** Rows 0 and 2 of the training part are equal with different labels; the test part repeats row 1. */
export function tinySet(mirrors: readonly string[] = []): TinySet {
  const trainImages = Uint8Array.from({ length: 6 * 16 }, (_, i) => (i * 7) & 0xff);
  trainImages.copyWithin(2 * 16, 0, 16);
  const testImages = Uint8Array.from({ length: 2 * 16 }, (_, i) => (i < 16 ? trainImages[16 + i]! : 250 - i));
  const contents: Record<string, Uint8Array> = {
    [IDX_IMAGE_FILES.trainImages]: idxBytes(0x08, [6, 4, 4], trainImages),
    [IDX_IMAGE_FILES.trainLabels]: idxBytes(0x08, [6], Uint8Array.of(0, 1, 2, 0, 1, 2)),
    [IDX_IMAGE_FILES.testImages]: idxBytes(0x08, [2, 4, 4], testImages),
    [IDX_IMAGE_FILES.testLabels]: idxBytes(0x08, [2], Uint8Array.of(1, 2)),
  };
  const packed = new Map(Object.entries(contents).map(([name, bytes]) => [name, new Uint8Array(gzipSync(bytes))]));
  const files = Object.entries(contents).map(([name, bytes]): DatasetFile => ({
    name,
    ...facts(packed.get(name)!),
    unpacked: { name: name.slice(0, -".gz".length), ...facts(bytes) },
  }));
  const card: DatasetCard = {
    name: "mnist",
    title: "Tiny",
    description: "Made for tests.",
    source: "These tests.",
    licence: "MIT",
    citation: "None.",
    task: "classification",
    modality: "image",
    origin: "files",
    inputShape: [4, 4, 1],
    inputType: "uint8",
    classNames: ["a", "b", "c"],
    columns: [],
    target: null,
    split: { by: "publisher", how: "As published." },
    counts: { train: 6, test: 2 },
    labelCounts: { train: [2, 2, 2], test: [0, 1, 1] },
    files,
    knownFlaws: [],
    mirrors,
  };
  const definition: DatasetDefinition = {
    card,
    parse: (bytes) => parseIdxImageSet(bytes, card),
    twinVersion: 1,
    twin: (part, count, seed) => ({
      inputs: { dtype: "uint8", shape: [count, 4, 4, 1], data: new Uint8Array(count * 16).fill(seed) },
      labels: { dtype: "uint8", shape: [count], data: new Uint8Array(count).fill(part === "train" ? 0 : 1) },
    }),
  };
  const writeTo: TinySet["writeTo"] = async (root, changes = {}) => {
    const folder = join(root, card.name);
    await mkdir(folder, { recursive: true });
    for (const [name, bytes] of [...packed, ...Object.entries(changes)]) {
      if (bytes !== null && (changes[name] === undefined || changes[name] === bytes)) await writeFile(join(folder, name), bytes);
    }
    return folder;
  };
  return { definition, packed, writeTo };
}

function facts(bytes: Uint8Array): { sizeBytes: number; sha256: string } {
  return { sizeBytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}
