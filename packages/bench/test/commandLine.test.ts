import { describe, expect, it } from "vitest";
import { parseCommandLine } from "../src/commandLine.js";
import { BENCH_MODELS } from "../src/models.js";

describe("parseCommandLine", () => {
  it("takes all models, peers and batch sizes when nothing is said", () => {
    expect(parseCommandLine([])).toEqual({
      models: BENCH_MODELS,
      families: ["keras", "pytorch", "tfjs-node"],
      seconds: 2,
      rounds: 3,
      precision: "float32",
      tuned: false,
    });
  });

  it("reads models and options", () => {
    const args = ["m3", "--json", "out.json", "--seconds", "0.5", "--rounds", "1", "--batch-sizes", "32,128", "--peers", "keras"];
    const command = parseCommandLine(args);
    expect(command.models.map(({ name }) => name)).toEqual(["m3"]);
    expect(command).toMatchObject({ json: "out.json", seconds: 0.5, rounds: 1, batchSizes: [32, 128], families: ["keras"] });
  });

  it("reads the precision and whether peers are tuned", () => {
    expect(parseCommandLine(["c10b", "--precision", "mixed", "--tuned"])).toMatchObject({ precision: "mixed", tuned: true });
    expect(() => parseCommandLine(["--precision", "half"])).toThrow("mixed");
  });

  it("refuses models and peers that it does not know", () => {
    expect(() => parseCommandLine(["e1"])).toThrow("e2");
    expect(() => parseCommandLine(["--peers", "jax"])).toThrow("pytorch");
  });
});
