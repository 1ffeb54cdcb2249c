import { expect, test } from "vitest";
import { decodeCheckpoint, encodeCheckpoint, type StoredCheckpoint } from "../src/checkpointFile.js";

const CHECKPOINT: StoredCheckpoint = {
  configHash: "abc",
  epoch: 2,
  stepInEpoch: 3,
  sums: { dataLoss: 0.1 + 0.2, penalty: 0, correct: 7, seconds: 1.5 },
  history: { epoch: [0, 1], loss: [1, 0.5] },
  state: { step: 11, arrays: [Float32Array.of(1, -2, 3.5), new Float32Array(0), Float32Array.of(NaN)] },
};

test("a checkpoint comes back to the bit", () => {
  expect(decodeCheckpoint(Buffer.from(encodeCheckpoint(CHECKPOINT)), "state.bin")).toEqual(CHECKPOINT);
});

test("a checkpoint cut short or changed anywhere is refused", () => {
  const bytes = Buffer.from(encodeCheckpoint(CHECKPOINT));
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeCheckpoint(bytes.subarray(0, length), "state.bin")).toThrow("state.bin is not a usable checkpoint");
  }
  const changed = Buffer.from(bytes);
  changed[bytes.length - 1]! ^= 1;
  expect(() => decodeCheckpoint(changed, "state.bin")).toThrow("its weights are not the ones that were written");
});
