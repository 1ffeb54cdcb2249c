import { describe, expect, it } from "vitest";
import { countTests, type VitestReport } from "../scripts/vitestStage.ts";

const file = (status: string, ...tests: string[]) => ({ status, assertionResults: tests.map((test) => ({ status: test })) });

function report(passed: number, failed: number, ...testResults: VitestReport["testResults"][number][]): VitestReport {
  return { numPassedTests: passed, numFailedTests: failed, numPendingTests: 0, testResults };
}

describe("countTests", () => {
  it("counts each failed test once", () => {
    expect(countTests(report(2, 1, file("passed", "passed"), file("failed", "passed", "failed")), 1)).toMatchObject({
      passed: 2,
      failed: 1,
    });
  });

  it("counts a file that does not load as a failure", () => {
    expect(countTests(report(1, 0, file("passed", "passed"), file("failed")), 1)).toMatchObject({ passed: 1, failed: 1 });
  });

  it("counts an error outside all tests as a failure", () => {
    expect(countTests(report(1, 0, file("passed", "passed")), 1)).toMatchObject({ passed: 1, failed: 1 });
  });

  it("fails when there was no test at all", () => {
    expect(countTests(report(0, 0), 0)).toMatchObject({ passed: 0, failed: 1 });
  });

  it("tells what was skipped", () => {
    expect(countTests({ ...report(1, 0, file("passed", "passed", "skipped")), numPendingTests: 1 }, 0)).toEqual({
      passed: 1,
      failed: 0,
      note: "1 passed in 1 files, 1 skipped",
    });
  });
});
