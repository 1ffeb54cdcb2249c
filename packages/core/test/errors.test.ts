import { expect, test } from "vitest";
import { messageOf, TareaError } from "../src/index.js";

test("a message says where, what, expected, received and one hint", () => {
  const error = new TareaError({
    code: "option",
    where: "fit",
    problem: "epochs must be a positive integer",
    expected: "1 or more",
    received: "2.5",
    hint: "Round it.",
  });
  expect(error.message).toBe("fit: epochs must be a positive integer, expected 1 or more, got 2.5. Round it.");
  expect(error).toMatchObject({ name: "TareaError", code: "option", where: "fit", received: "2.5" });
});

test("the cause of an error is kept", () => {
  const cause = new Error("disk");
  expect(new TareaError({ code: "write", where: "write", problem: "cannot write", cause }).cause).toBe(cause);
});

test("the message of anything thrown can be read", () => {
  expect([messageOf(new Error("a")), messageOf("b"), messageOf(undefined)]).toEqual(["a", "b", "undefined"]);
});
