import { describe, expect, it } from "vitest";
import {
  compareFacts,
  formatBytes,
  formatCount,
  formatDay,
  formatDuration,
  formatFact,
  formatNumber,
  formatPercent,
  formatSetting,
} from "../src/index.js";

describe("numbers in the page's language", () => {
  it("writes decimals and percentages as English and Spanish do", () => {
    expect(formatNumber(0.976, "en", { digits: 3 })).toBe("0.976");
    expect(formatNumber(0.976, "es", { digits: 3 })).toBe("0,976");
    expect(formatPercent(0.976, "en")).toBe("97.6%");
    expect(formatPercent(0.976, "es")).toBe("97,6\u00a0%");
  });

  it("groups digits with commas in English and narrow spaces in Spanish", () => {
    expect(formatCount(131_818, "en")).toBe("131,818");
    expect(formatCount(131_818, "es")).toBe("131\u202f818");
    expect(formatCount(1234, "es")).toBe("1234");
  });

  it("uses a true minus sign, and a plus sign only where it is asked for", () => {
    expect(formatNumber(-0.5, "en", { digits: 1 })).toBe("\u22120.5");
    expect(formatNumber(0.5, "en", { digits: 1, signed: true })).toBe("+0.5");
    expect(formatNumber(-0.01, "en", { digits: 1, signed: true })).toBe("0.0");
  });

  it("writes what is not a finite number out", () => {
    expect(formatNumber(NaN, "en")).toBe("NaN");
    expect(formatPercent(Infinity, "es")).toBe("∞");
    expect(formatDuration(NaN, "en")).toBe("NaN");
  });

  it("gives settings the decimals that they have", () => {
    expect(formatSetting(1e-4, "en")).toBe("0.0001");
    expect(formatSetting(128, "es")).toBe("128");
  });

  it("scales durations and sizes", () => {
    expect(formatDuration(8.44, "en")).toBe("8.4\u00a0s");
    expect(formatDuration(8.44, "es", 0.21)).toBe("8,4 ± 0,2\u00a0s");
    expect(formatDuration(200, "en")).toBe("3\u00a0min 20\u00a0s");
    expect(formatDuration(7500, "en")).toBe("2\u00a0h 05\u00a0min");
    expect(formatBytes(527_272, "en")).toBe("527\u00a0kB");
    expect(formatBytes(94_520_952, "es")).toBe("94,5\u00a0MB");
  });

  it("writes days out in UTC", () => {
    expect(formatDay("2026-03-04T23:59:59.000Z", "en")).toBe("4 March 2026");
    expect(formatDay("2026-03-04T00:00:00.000Z", "es")).toBe("4 de marzo de 2026");
  });
});

describe("facts in sentences", () => {
  const accuracy = { mean: 0.97623, spread: 0.0011, count: 3 };

  it("chooses the format by the fact's name", () => {
    expect(formatFact("testAccuracy", accuracy, { locale: "en" })).toBe("97.6%");
    expect(formatFact("testLoss", { mean: 0.14261, spread: null, count: 1 }, { locale: "es" })).toBe("0,1426");
    expect(formatFact("trainSeconds", { mean: 8.41, spread: 0.2, count: 3 }, { locale: "en" })).toBe("8.4\u00a0s");
    expect(formatFact("config.batchSize", { mean: 128, spread: 0, count: 3 }, { locale: "en" })).toBe("128");
    expect(formatFact("totalParams", { mean: 12_730, spread: 0, count: 3 }, { locale: "en" })).toBe("12,730");
  });

  it("adds the spread on request, and only where there are several seeds", () => {
    expect(formatFact("testAccuracy", accuracy, { locale: "es", spread: true })).toBe("97,62 ± 0,11\u00a0%");
    expect(formatFact("testAccuracy", { ...accuracy, spread: null }, { locale: "es", spread: true })).toBe("97,6\u00a0%");
  });

  it("finds the word for a comparison at the precision that is shown", () => {
    const words = ["higher", "lower", "the same"] as const;
    expect(compareFacts(0.98, 0.97, 2, [...words])).toBe("higher");
    expect(compareFacts(0.97, 0.98, 2, [...words])).toBe("lower");
    expect(compareFacts(0.9801, 0.9799, 2, [...words])).toBe("the same");
    expect(compareFacts(undefined, 0.98, 2, [...words])).toBeNull();
  });
});
