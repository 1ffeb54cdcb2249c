import type { NumericArray } from "@tarea/core";
import { expect, expectTypeOf, it } from "vitest";
import { loadDataset, type Dataset, type DatasetName, type DatasetOf } from "../../src/index.js";

const twin = { source: "synthetic", synthetic: { trainCount: 1, testCount: 1 } } as const;

it("knows shapes, classes and task from a set's name", async () => {
  const mnist = await loadDataset("mnist", twin);
  expectTypeOf(mnist.name).toEqualTypeOf<"mnist">();
  expectTypeOf(mnist.task).toEqualTypeOf<"classification">();
  expectTypeOf(mnist.inputShape).toEqualTypeOf<readonly [28, 28, 1]>();
  expectTypeOf(mnist.classNames).toEqualTypeOf<readonly ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]>();
  expectTypeOf(mnist.train.inputs).toEqualTypeOf<NumericArray<"uint8">>();

  const boston = await loadDataset("boston_housing", twin);
  expectTypeOf(boston.task).toEqualTypeOf<"regression">();
  expectTypeOf(boston.inputShape).toEqualTypeOf<readonly [13]>();
  expectTypeOf(boston.classNames).toEqualTypeOf<readonly []>();
  expectTypeOf(boston.train.labels).toEqualTypeOf<NumericArray<"float32">>();
  expect([mnist.inputShape, boston.inputShape]).toEqual([[28, 28, 1], [13]]);
});

it("gives each name its own type", () => {
  expectTypeOf<DatasetOf<"cifar10">["inputShape"]>().toEqualTypeOf<readonly [32, 32, 3]>();
  expectTypeOf<DatasetOf<"cifar10">["classNames"][2]>().toEqualTypeOf<"bird">();
  expectTypeOf<DatasetOf<"cifar100">["classNames"]["length"]>().toEqualTypeOf<100>();
  expectTypeOf<DatasetOf<"cifar100_coarse">["classNames"]["length"]>().toEqualTypeOf<20>();
  expectTypeOf<DatasetOf<"imdb">["train"]["inputs"]>().toEqualTypeOf<NumericArray<"int32">>();
  expectTypeOf<DatasetOf<"imdb">["inputShape"]>().toEqualTypeOf<readonly [500]>();
  expectTypeOf<DatasetOf<"california_housing">["inputShape"]>().toEqualTypeOf<readonly [9]>();
  expectTypeOf<DatasetOf<"pima_diabetes">["classNames"]>().toEqualTypeOf<readonly ["negative", "positive"]>();
  expectTypeOf<DatasetOf<"logistic_map">["task"]>().toEqualTypeOf<"regression">();
  expectTypeOf<DatasetOf<DatasetName>>().toExtend<Dataset>();
});

it("refuses a name that is no set's", async () => {
  // @ts-expect-error: no set has this name
  await expect(loadDataset("minst", twin)).rejects.toThrow("unknown data set");
});
