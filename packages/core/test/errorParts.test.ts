import { expect, test } from "vitest";
import { TareaError } from "../src/index.js";

test("an error keeps its parts, so that a table can show them one by one", () => {
  const error = new TareaError({
    code: "read",
    where: "readRun",
    problem: "the file is missing",
    hint: "Restore it.",
    file: "/runs/a",
  });
  expect(error.message).toBe("readRun: the file is missing. Restore it.");
  expect([error.problem, error.hint, error.file]).toEqual(["the file is missing", "Restore it.", "/runs/a"]);
});
