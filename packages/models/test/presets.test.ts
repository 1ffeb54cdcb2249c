import { useEngine } from "@tarea/engine";
import { expect, test } from "vitest";
import { createModel, PRESETS, summarizeModel, summarizePresets } from "../src/index.js";

await useEngine({ prefer: "cpu" });

/** Total and non-trainable parameters, and multiply-adds worked out by hand from the layers. */
const COUNTS: Record<string, [total: number, frozen: number, multiplyAdds: number]> = {
  m1: [3173, 0, 784 * 4 + 4 * 2 + 2 + 10],
  m2: [3246, 8, 784 * 4 + 2 * 4 * 4 + 40],
  m3: [75_786, 0, 784 * 64 + 64 * 64 + 2 * 64 * 128 + 64 * 64 + 640],
  m4: [76_042, 128, 75_392],
  m5: [76_042, 128, 75_392],
  "b-plain": [34_375, 0, 784 * 40 + 40 * 50 + 50 * 15 + 150],
  b: [34_535, 80, 34_260],
  "b-variant": [22_305, 50, 784 * 25 + 25 * 45 + 45 * 25 + 250],
  c1: [14, 0, 13],
  "c2-mse": [308_310, 0, 308_200],
  "c2-crossentropy": [308_310, 0, 308_200],
  "c2-xor": [9, 0, 6],
  "c2-xor-skip": [7, 0, 5],
  c3: [1_011_121, 0, 1_000_000 + 1000 + 10_010],
  "c3-dropout": [1_011_121, 0, 1_011_010],
  "c3-batch-norm": [1_011_561, 220, 1_011_010],
  c4a: [1_937_121, 0, 16_000 * 100 + 1000 + 16_010],
  c4b: [172_305, 192, 500 * 3 * 16 * 16 + 250 * 3 * 16 * 64 + 8000],
  c5: [17, 0, 5 + 6],
  c6: [673, 72, 8 * 24 + 24 * 12 + 12],
  c7: [12_537, 0, 9 * (784 * 32 + 196 * 32 * 32 + 49 * 32 * 8 + 196 * 8 * 8 + 784 * 8)],
  "c8-dense": [16_140, 60, 784 * 20 + 200 + 100],
  "c8-conv": [12_986, 96, 9 * (784 * 32 + 196 * 32 * 16) + 7840],
  "c9-dense": [16_140, 60, 15_980],
  "c9-conv": [12_986, 96, 1_136_800],
  c10a: [
    5_744_964,
    4800,
    225 * 48 * 96 + 36 * 9 * 96 * 256 + 25 * 9 * (256 * 384 + 384 * 384 + 384 * 256) + 4096 * 512 + 512 * 512 + 51_200,
  ],
  c10b: [5_799_440, 4486, 648_040_960],
  d1: [6277, 0, 625 * 16 + 6250],
  d2: [5821, 0, 625 * 16 * 20 + 529 * 9 * 20 + 5290],
  d3: [23_630_238, 0, 784 * 75 * 3 + 2352 * 10_000 + 100_000],
  d4: [62_006, 0, 784 * 75 * 6 + 100 * 150 * 16 + 400 * 120 + 120 * 84 + 840],
  e1: [12_730, 0, 784 * 16 + 160],
  e2: [131_818, 0, 131_392],
  e3: [131_818, 0, 131_392],
  "e3-strong": [131_818, 0, 131_392],
  e4: [131_818, 0, 131_392],
  e5: [131_818, 0, 131_392],
  e6: [131_818, 0, 131_392],
};

test("every preset has exactly the parameters of the report that it reproduces", () => {
  const summaries = summarizePresets();
  expect(summaries.map(({ id }) => id)).toEqual(Object.keys(COUNTS));
  for (const { id, totalParams, trainableParams, nonTrainableParams, sizeBytes, multiplyAdds } of summaries) {
    const [total, frozen, expectedMultiplyAdds] = COUNTS[id]!;
    const expected = { id, totalParams: total, trainableParams: total - frozen, nonTrainableParams: frozen };
    expect({ id, totalParams, trainableParams, nonTrainableParams }).toEqual(expected);
    expect(sizeBytes).toBe(4 * total);
    expect(`${id}: ${multiplyAdds}`).toBe(`${id}: ${expectedMultiplyAdds}`);
  }
});

test("every preset ends in an activation layer of its own, so that training can work on what goes into it", () => {
  const lasts = { categoricalCrossentropy: "softmax", binaryCrossentropy: "sigmoid", meanSquaredError: "linear" };
  for (const { id, loss } of PRESETS) {
    const model = createModel(id, { seed: null });
    const last = model.layers.at(-1)!;
    expect([id, last.getClassName(), last.getConfig()["activation"]]).toEqual([id, "Activation", lasts[loss]]);
    model.dispose();
  }
});

test.each([
  ["m4", "dense1 dropoutAfter1 dense2 batchNorm2 dense3 dense4 dense5 logits"],
  ["b", "inputDropout dense1 batchNorm1 activation1 activityPenalty1 dense2 activityPenalty2 dense3 activityPenalty3 logits"],
  ["c3", "dense1 dense2 skip logits"],
  ["c4b", "embedding batchNorm0 conv1 pool1 batchNorm1 conv2 pool2 batchNorm2 flatten dropout1 logits"],
  ["c8-conv", "conv1 pool1 batchNorm1 conv2 pool2 batchNorm2 flatten logits"],
  [
    "c10a",
    "conv1 pool1 batchNorm1 conv2 pool2 batchNorm2 conv3 batchNorm3 conv4 batchNorm4 conv5 pool5 batchNorm5 flatten dense1 dropout1 batchNorm6 dense2 dropout2 batchNorm7 logits",
  ],
  ["d1", "conv1 flatten scores logits"],
  ["e5", "dropout1 dense1 dropout2 dense2 dropout3 dense3 dropout4 dense4 dropout5 dense5 dropout6 logits"],
])("%s has its layers in the order of the report", (id, names) => {
  const model = createModel(id, { seed: null });
  const inner = model.layers.map(({ name }) => name).filter((name) => !["input", "probabilities"].includes(name));
  expect(inner.join(" ").replace(/^flatten /, "")).toBe(names);
  model.dispose();
});

test("shapes of the feature maps are those of the reports", () => {
  const shapesOf = (id: string): unknown[] =>
    summarizeModel(createModel(id, { seed: null }))
      .layers.filter(({ type }) => /Pooling|Flatten|UpSampling/.test(type))
      .map(({ outputShape }) => outputShape.join("x"));
  expect(shapesOf("c10a")).toEqual(["13x13x96", "5x5x256", "4x4x256", "4096"]);
  expect(shapesOf("c10b")).toEqual(["16x16x32", "15x15x64", "14x14x128", "13x13x256", "12x12x128", "18432"]);
  expect(shapesOf("c7")).toEqual(["14x14x32", "7x7x32", "14x14x8", "28x28x8"]);
  expect(shapesOf("d4")).toEqual(["14x14x6", "5x5x16", "400"]);
});

test("a preset takes the input shape and class count of other data", () => {
  const model = createModel("d4", { inputShape: [28, 28, 1], classes: 26, seed: 3, name: "letters" });
  expect([model.name, model.inputs[0]!.shape, model.outputs[0]!.shape]).toEqual(["letters", [null, 28, 28, 1], [null, 26]]);
});

test.each([
  [() => createModel("e55"), 'Did you mean "e5"?'],
  [() => createModel("toString"), "unknown preset"],
  [() => createModel("lenet5"), "that is an architecture, no preset, expected one of its presets, d4, got"],
  [() => createModel("d4", { name: "" }), 'lenet5: name must be a text that is not empty, got "".'],
  [() => createModel("d3", { inputShape: [100_000, 100_000, 3] }), "do not fit into memory, got an input of ["],
  [() => createModel("e5", { clases: 3 } as never), 'Did you mean "classes"?'],
  [() => createModel("e5", { classes: 0 }), "mlp: classes must be an integer of at least 2, got 0."],
  [() => createModel("d4", { inputShape: [12, 12, 1] }), "lenet5: the layer conv2 needs a larger input, got [4, 4, 6]."],
  [() => createModel("c10b", { inputShape: [8, 8, 3] }), "vgg: the layer pool5 needs a larger input"],
  [() => createModel("c10a", { inputShape: [19, 19, 3] }), "alexnet: the layer pool5 needs a larger input"],
  [() => createModel("c2-xor", { inputShape: [3] }), "takes one input shape and number of classes only"],
  [() => createModel("c5", { classes: 2 }), "takes one input shape and number of classes only"],
  [() => createModel("c7", { inputShape: [30, 28, 1] }), "multiples of 4"],
  [() => createModel("c4a", { inputShape: [28, 28, 1] }), "inputShape must be a list of 1 size, got [28, 28, 1]."],
  [() => createModel("c6", { classes: 3 }), "a sigmoid output tells 2 classes apart"],
])("what cannot be built is refused: %#", (build, message) => {
  expect(build).toThrow(message);
});
