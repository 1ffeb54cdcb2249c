import { readFileSync } from "node:fs";
import { useEngine } from "@tarea/engine";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { createModel, seedWeights } from "../src/index.js";

await useEngine({ prefer: "cpu" });

interface Draw {
  initializer: string;
  /** Which kind of weight has the shape. */
  place: string;
  shape: number[];
  mean: number;
  deviation: number;
  minimum: number;
  maximum: number;
}

const { draws } = JSON.parse(
  readFileSync(new URL("../../../test-fixtures/models/initializers.json", import.meta.url), "utf8"),
) as { draws: Draw[] };

type Initializer = "glorotUniform";

/** A layer whose first weight has the shape, with its model. */
function modelOf({ shape, initializer }: Draw): tf.LayersModel {
  const units = shape.at(-1)!;
  const kernelInitializer = initializer as Initializer;
  const inputShape = shape.length === 2 ? [shape[0]!] : [...shape.slice(0, -2).map(() => 8), shape.at(-2)!];
  const layer =
    shape.length === 2
      ? tf.layers.dense({ units, inputShape, kernelInitializer })
      : shape.length === 3
        ? tf.layers.conv1d({ filters: units, kernelSize: shape[0]!, inputShape, kernelInitializer })
        : tf.layers.conv2d({ filters: units, kernelSize: shape[0]!, inputShape, kernelInitializer });
  return tf.sequential({ layers: [layer] });
}

function describeValues(values: Float32Array): Omit<Draw, "initializer" | "place" | "shape"> {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  const [minimum, maximum] = values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [0, 0]);
  return { mean, deviation, minimum, maximum };
}

describe("weights are drawn from Keras's distributions: mean, variance and bounds", () => {
  test.each(draws)("$initializer for $place", (golden) => {
    const model = modelOf(golden);
    seedWeights(model, 20260108);
    const values = model.getWeights()[0]!.dataSync<"float32">();
    const drawn = describeValues(values);
    model.dispose();
    // Five standard errors of the difference of two such means, and of two such deviations.
    const error = (5 * golden.deviation * Math.SQRT2) / Math.sqrt(values.length);
    expect(Math.abs(drawn.mean - golden.mean)).toBeLessThan(error);
    expect(Math.abs(drawn.deviation - golden.deviation)).toBeLessThan(error);
    // The ends of a bounded distribution are met closely by so many draws; those of a normal are not bounds.
    const share = golden.initializer === "randomNormal" ? 0.3 : 0.01;
    for (const end of ["minimum", "maximum"] as const) {
      expect(Math.abs(drawn[end] / golden[end] - 1), `${end} ${drawn[end]}, Keras ${golden[end]}`).toBeLessThan(share);
    }
  });
});

test("the zoo's layers name Keras's defaults: Glorot's uniform kernels, zero biases, uniform embeddings", () => {
  const glorot = draws.find(({ initializer, place }) => initializer === "glorotUniform" && place === "dense")!;
  expect(glorot.maximum).toBeCloseTo(Math.sqrt(6 / 500), 4);
  const model = createModel("c4a", { seed: 3 });
  const [embeddings, kernel, bias] = model.getWeights().map((weight) => describeValues(weight.dataSync<"float32">()));
  expect(embeddings!.maximum).toBeCloseTo(draws.find(({ initializer }) => initializer === "randomUniform")!.maximum, 4);
  expect(kernel!.maximum).toBeCloseTo(Math.sqrt(6 / 16_100), 4);
  expect(bias).toEqual({ mean: 0, deviation: 0, minimum: 0, maximum: 0 });
  model.dispose();
});
