import { describe, expect, it } from "vitest";
import { parseCifar } from "../../src/formats/cifar.js";
import { thrown } from "../support/thrown.js";

const OPTIONS = { labelBytes: 2, labelIndex: 1, classes: 3 };

function record(coarse: number, fine: number, first: number): number[] {
  return [coarse, fine, ...Array.from({ length: 3072 }, (_, i) => (first + i) & 0xff)];
}

describe("CIFAR's records", () => {
  it("become pixels of three channels, in the order of the files", () => {
    const one = Uint8Array.from([...record(0, 2, 0), ...record(0, 1, 7)]);
    const two = Uint8Array.from(record(1, 0, 9));
    const { inputs, labels } = parseCifar(
      [
        { name: "one", bytes: one },
        { name: "two", bytes: two },
      ],
      OPTIONS,
    );
    expect(inputs.shape).toEqual([3, 32, 32, 3]);
    expect([...labels.data]).toEqual([2, 1, 0]);
    expect([...inputs.data.subarray(0, 6)]).toEqual([0, 1024 & 0xff, 2048 & 0xff, 1, 1, 1]);
    expect(inputs.data[3072 + 3 * 5 + 1]).toBe((7 + 1024 + 5) & 0xff);
    expect(inputs.data.at(-1)).toBe((9 + 3071) & 0xff);
  });

  it("are rearranged in place where there is one file, with the same result", () => {
    const bytes = (): Uint8Array => Uint8Array.from([...record(0, 2, 3), ...record(0, 1, 200)]);
    const alone = parseCifar([{ name: "one", bytes: Buffer.from(bytes()) }], OPTIONS);
    const halves = [bytes().subarray(0, 3074), bytes().subarray(3074)].map((half, i) => ({ name: String(i), bytes: half }));
    expect(alone.inputs.data.constructor).toBe(Uint8Array);
    expect(alone).toEqual(parseCifar(halves, OPTIONS));
  });

  it("must be whole", () => {
    const error = thrown(() => parseCifar([{ name: "train.bin", bytes: new Uint8Array(3074 + 5) }], OPTIONS));
    expect(error).toMatchObject({ code: "format", file: "train.bin", offset: 3074 });
    expect(error).toMatchObject({ expected: "a multiple of 3074 bytes", received: "3079 bytes" });
    expect(thrown(() => parseCifar([{ name: "train.bin", bytes: new Uint8Array() }], OPTIONS)).offset).toBe(0);
  });

  it("must have labels that are classes", () => {
    const bytes = Uint8Array.from([...record(0, 2, 0), ...record(9, 3, 0)]);
    const error = thrown(() => parseCifar([{ name: "train.bin", bytes }], OPTIONS));
    expect(error).toMatchObject({
      offset: 3075,
      expected: "0 to 2",
      received: "3",
      problem: "the label of record 1 is not a class",
    });
  });
});
