import { describe, expect, test } from "vitest";
import { lineChart } from "../src/index.js";
import { cases } from "./cases.js";
import { parseXml } from "./xml.js";

describe.each(cases)("$name", ({ name, draw }) => {
  const elements = parseXml(draw(640, `a11y-${name}`));
  const [svg] = elements;

  test("is an image with a name and a description", () => {
    expect(svg).toMatchObject({ name: "svg", attributes: { role: "img", viewBox: expect.stringMatching(/^0 0 640 \d+$/) } });
    const named = (attribute: string): string | undefined =>
      elements.find(({ attributes }) => attributes.id === svg!.attributes[attribute])?.text;
    expect(named("aria-labelledby")).not.toBe("");
    expect(named("aria-describedby")).not.toBe("");
  });

  test("has ids that start with its prefix and occur once", () => {
    const ids = elements.map(({ attributes }) => attributes.id).filter((id) => id !== undefined);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id.startsWith(`a11y-${name}-`)).toBe(true);
  });

  test("has no text smaller than 11 pixels when 640 wide", () => {
    const sizes = elements.map(({ attributes }) => attributes["font-size"]).filter((size) => size !== undefined);
    expect(Math.min(...sizes.map(Number))).toBeGreaterThanOrEqual(11);
  });

  test("holds no script, no event handler and no address outside itself", () => {
    for (const { name: tag, attributes } of elements) {
      expect(tag).not.toBe("script");
      for (const [key, value] of Object.entries(attributes)) {
        expect(key).not.toMatch(/^on/);
        if (key === "href") expect(value).toMatch(/^data:image\/png;base64,/);
      }
    }
  });
});

test("A chart's spoken name can differ from its title", () => {
  const elements = parseXml(
    lineChart({
      title: "Loss",
      ariaLabel: "Loss per epoch",
      ariaDescription: "Falls.",
      idPrefix: "x",
      xLabel: "Epoch",
      yLabel: "Loss",
      series: [],
    }),
  );
  expect(elements.find(({ name }) => name === "title")?.text).toBe("Loss per epoch");
});
