import { expect, it } from "vitest";
import { loadDataset } from "../../src/index.js";
import { reviewWords } from "../../src/twins/reviews.js";
import { datasetConformance } from "../datasetConformance.js";
import { reviewLines } from "../support/encode.js";
import { wordRunAccuracy } from "../support/learnability.js";

datasetConformance("imdb", {
  twinSha256: "972f0201528fb9224c6b86f592c10dcdc1380887cc432dfa59c8579e48ccca7c",
  learnable: [0.53, 0.75],
  encode: ({ train, test }) =>
    new Map([
      ["train-neg.tsv.gz", reviewLines(train, 0)],
      ["train-pos.tsv.gz", reviewLines(train, 1)],
      ["test-neg.tsv.gz", reviewLines(test, 0)],
      ["test-pos.tsv.gz", reviewLines(test, 1)],
      [
        "imdb_word_index.json",
        Buffer.from(JSON.stringify(Object.fromEntries(reviewWords().map((word, rank) => [word, rank + 1])))),
      ],
    ]),
});

it("has a twin in which the order of the words matters", async () => {
  const { train, test } = await loadDataset("imdb", { source: "synthetic", synthetic: { trainCount: 4000, testCount: 1000 } });
  expect(wordRunAccuracy(train, test, 2)).toBeGreaterThan(wordRunAccuracy(train, test, 1) + 0.1);
});
