import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { modelCard, type CardModel, type ModelCardOptions } from "../src/modelCard/modelCard.js";

const model: CardModel = {
  name: "d4",
  layers: [
    { name: "input", type: "InputLayer", outputShape: [32, 32, 3], params: 0, details: "" },
    { name: "conv|1", type: "Conv2D", outputShape: [28, 28, 6], params: 456, details: "5x5, relu" },
  ],
  totalParams: 62_006,
  trainableParams: 62_006,
  nonTrainableParams: 0,
  sizeBytes: 248_024,
};

const options: ModelCardOptions = {
  model,
  title: "LeNet-5 on CIFAR-10",
  description: "Tells ten kinds of small pictures apart.\n\n# Not a heading, and no <b>markup</b>.",
  license: "mit",
  tags: ["image-classification", "no"],
  results: [
    {
      task: "image-classification",
      dataset: { type: "cifar10", name: "CIFAR-10", split: "test" },
      metrics: [
        { type: "accuracy", value: 0.6543, spread: 0.0021, runs: 3 },
        { type: "loss", value: 1.01, name: "Cross-entropy: mean" },
      ],
    },
  ],
  limitations: "Pictures of other sizes.",
};

/** The metadata and the text of a card. */
function partsOf(card: string): { metadata: unknown; text: string } {
  const [, yaml = "", text = ""] = /^---\n([\s\S]*?)\n---\n\n([\s\S]*)$/.exec(card) ?? [];
  return { metadata: parse(yaml), text };
}

test("the metadata are those of the Hub's format, with results", () => {
  expect(partsOf(modelCard(options)).metadata).toEqual({
    license: "mit",
    library_name: "tfjs",
    tags: ["tensorflow.js", "image-classification", "no"],
    datasets: ["cifar10"],
    metrics: ["accuracy", "loss"],
    "model-index": [
      {
        name: "d4",
        results: [
          {
            task: { type: "image-classification" },
            dataset: { type: "cifar10", name: "CIFAR-10", split: "test" },
            metrics: [
              { type: "accuracy", value: 0.6543, name: "accuracy" },
              { type: "loss", value: 1.01, name: "Cross-entropy: mean" },
            ],
          },
        ],
      },
    ],
  });
});

test("the text holds what a reader needs, and no markup from the options", () => {
  const { text } = partsOf(modelCard(options));
  expect(text.match(/^#+ .*$/gm)).toEqual(["# LeNet-5 on CIFAR-10", "## Results", "## Model", "## Limitations", "## Use"]);
  expect(text).toContain("| CIFAR-10 | test | accuracy | 0.6543 ± 0.0021 (3 runs) |");
  expect(text).toContain("| conv\\|1 | Conv2D (5x5, relu) | [28, 28, 6] | 456 |");
  expect(text).toContain("\\# Not a heading, and no \\<b\\>markup\\</b\\>.");
  expect(text).toContain("62,006 parameters, 62,006 trainable, 0 not trainable, 248,024 bytes.");
});

test("a card without results has no index, and one of a synthetic run says so", () => {
  const { metadata, text } = partsOf(modelCard({ model, description: "Small.", license: "apache-2.0", synthetic: true }));
  expect(metadata).toEqual({ license: "apache-2.0", library_name: "tfjs", tags: ["tensorflow.js"] });
  expect(text).toContain("**Trained on a synthetic stand-in for the data");
});

test("any text is read back from the metadata as it was", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
      fc.pre(text.trim() !== "" && !/\p{Cs}/u.test(text));
      const results = [{ task: text, dataset: { type: text, name: text }, metrics: [{ type: text, value: 0.5 }] }];
      const { metadata } = partsOf(
        modelCard({ model: { ...model, name: text }, description: text, license: text, tags: [text], results }),
      );
      expect(metadata).toEqual({
        license: text,
        library_name: "tfjs",
        tags: [...new Set(["tensorflow.js", text])],
        datasets: [text],
        metrics: [text],
        "model-index": [
          {
            name: text,
            results: [
              { task: { type: text }, dataset: { type: text, name: text }, metrics: [{ type: text, value: 0.5, name: text }] },
            ],
          },
        ],
      });
    }),
    { seed: 7, numRuns: 300 },
  );
});

test.each([
  [{ ...options, license: "" }, 'modelCard: license must be a text that is not empty, got "".'],
  [{ ...options, description: undefined }, "description must be a text"],
  [{ ...options, licence: "mit" }, 'Did you mean "license"?'],
  [{ ...options, tags: [3] }, "tags[0] must be a text that is not empty, got 3."],
  [
    { ...options, results: [{ ...options.results![0]!, metrics: [{ type: "accuracy", value: Number.NaN }] }] },
    "results[0].metrics[0].value must be a finite number, got NaN.",
  ],
])("what makes no card is refused: %#", (given, message) => {
  expect(() => modelCard(given as ModelCardOptions)).toThrow(message);
});
