/** Calls of a session next to each other, and events between the batches of an evaluation. */

import { describe, expect, test } from "vitest";
import * as tf from "@tensorflow/tfjs";
import { compileTraining, eagerTraining } from "../src/index.js";
import { isNative } from "./support/engine.js";
import { ADAM, makeBatches, makeData, makeModel } from "./support/parity.js";

const network = { inputShape: [6], layers: () => [tf.layers.dense({ units: 8 })] };

describe.each(Object.entries({ compileTraining, eagerTraining }))("%s", (_, start) => {
  function begin() {
    const model = makeModel(network);
    const data = makeData(network);
    const options = {
      model,
      loss: "categoricalCrossentropy",
      optimizer: ADAM,
      seed: 1,
      ...data,
      evaluationBatchSize: 10,
    } as const;
    const session = start(options);
    expect(session.kind).toBe(start === compileTraining && isNative ? "compiled" : "eager");
    const dispose = () => {
      session.dispose();
      model.dispose();
    };
    return { session, data, dispose };
  }

  test("events get through between the batches of an evaluation, and a signal ends it", async () => {
    const { session, data, dispose } = begin();
    const whole = await session.evaluate(data);
    let events = 0;
    const count = () => void (++events < 100 && setImmediate(count));
    setImmediate(count);
    expect(await session.evaluate(data)).toEqual(whole);
    expect(events).toBeGreaterThanOrEqual(3);
    const [stop, enough] = [new AbortController(), new Error("enough")];
    setImmediate(() => stop.abort(enough));
    await expect(session.evaluate(data, { signal: stop.signal })).rejects.toBe(enough);
    await expect(session.predict(data, { signal: stop.signal })).rejects.toBe(enough);
    expect(await session.evaluate(data)).toEqual(whole);
    dispose();
  });

  test("calls that are not awaited happen in their order, and nothing is changed or freed under them", async () => {
    const [awaited, together] = [begin(), begin()];
    const batches = makeBatches(40, 12, 4);
    const expected = [await awaited.session.evaluate(awaited.data), await awaited.session.runSteps(batches)];
    expected.push(await awaited.session.evaluate(awaited.data));
    const { session, data } = together;
    const calls = Promise.all([session.evaluate(data), session.runSteps(batches), session.evaluate(data)]);
    expect(() => session.dispose()).toThrow("dispose: a call of this session is still under way. Await it first.");
    expect(() => session.writeState({ step: 0, arrays: [] })).toThrow("writeState: a call of this session is still under way.");
    expect(await calls).toEqual(expected);
    awaited.dispose();
    together.dispose();
  });
});
