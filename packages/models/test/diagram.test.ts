import { useEngine } from "@tarea/engine";
import fc from "fast-check";
import { expect, test } from "vitest";
import { diagramStyles, drawDiagram, type DiagramLayer } from "../src/diagram/diagram.js";
import { layOut, type Block } from "../src/diagram/layout.js";
import { createModel, PRESETS, summarizeModel, type ModelSummary } from "../src/index.js";

await useEngine({ prefer: "cpu" });

function summaryOf(id: string): ModelSummary {
  const model = createModel(id, { seed: null });
  const summary = summarizeModel(model);
  model.dispose();
  return summary;
}

const textOf = (svg: string): string => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text).join(" ");
const namesOf = (svg: string): string[] => [...svg.matchAll(/<\/?([a-z]+)/g)].map(([, name]) => name!);

/** Layers in a row with any further connections backwards. */
const layersArbitrary = fc
  .array(
    fc.record({
      name: fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
      skips: fc.array(fc.nat(50), { maxLength: 2 }),
    }),
    {
      minLength: 1,
      maxLength: 50,
    },
  )
  .map((items) =>
    items.map(({ name, skips }, i): DiagramLayer => {
      const sources = i === 0 ? [] : [i - 1, ...skips.map((skip) => skip % i)];
      const connectedTo = sources.map((j) => `${j} ${items[j]!.name}`);
      return { name: `${i} ${name}`, type: "Dense", outputShape: [3], params: 1, details: name, connectedTo };
    }),
  );

test.each([
  ["vgg", "c10b", 640, "en"],
  ["embeddings-with-skip", "c4a", 640, "en"],
  ["lenet-5-in-spanish", "d4", 640, "es"],
  ["autoencoder-on-a-phone", "c7", 320, "en"],
] as const)("the picture of %s is as reviewed", async (name, id, width, locale) => {
  const svg = drawDiagram(summaryOf(id), { idPrefix: name, width, locale });
  await expect(svg.replaceAll("><", ">\n<")).toMatchFileSnapshot(`pictures/${name}.svg`);
});

test("every layer is there with its type, name, shape and parameters, in pictures and for who does not see them", () => {
  for (const { id } of PRESETS) {
    const summary = summaryOf(id);
    const svg = drawDiagram(summary, { idPrefix: "a" });
    const [title, description] = ["title", "desc"].map((tag) => new RegExp(`<${tag}[^>]*>([^<]*)<`).exec(svg)![1]!);
    expect(title).toBe(
      `Diagram of the model ${id}: ${summary.layers.length} layers, ${summary.totalParams.toLocaleString("en")} parameters`,
    );
    for (const layer of summary.layers) {
      expect(textOf(svg)).toContain(`${layer.name}\u00A0·`);
      expect(description).toContain(`${layer.name}: ${layer.type}`);
      expect(textOf(svg)).toContain(layer.outputShape.map((size) => size.toLocaleString("en")).join("×"));
    }
  }
  const skip = drawDiagram(summaryOf("c4a"), { idPrefix: "a" });
  expect(skip).toContain("skip: Concatenate, 16,010, takes dropout2 and flatten.");
  expect(skip.match(/class="td-skip"/g)).toHaveLength(1);
});

test("blocks stand in the picture and clear of each other, lines pass them by, whatever the layers", () => {
  fc.assert(
    fc.property(layersArbitrary, fc.integer({ min: 240, max: 1200 }), (layers, width) => {
      const { blocks, connections, height } = layOut(layers, { width, top: 2, factsOf: () => ["1×1"] });
      for (const [i, block] of blocks.entries()) {
        expect(block.x).toBeGreaterThanOrEqual(0);
        expect(block.x + block.width).toBeLessThanOrEqual(width);
        expect(block.y + block.height).toBeLessThanOrEqual(height);
        for (const other of blocks.slice(i + 1)) expect(overlap(block, other)).toBe(false);
      }
      for (const { points } of connections) {
        for (const [x, y] of points) {
          expect(x >= 0 && x <= width && y >= 0 && y <= height + 2).toBe(true);
          for (const block of blocks) expect(isInside(block, x, y)).toBe(false);
        }
        for (const [j, [x, y]] of points.slice(1).entries()) {
          const [middleX, middleY] = [(x + points[j]![0]) / 2, (y + points[j]![1]) / 2];
          for (const block of blocks) expect(isInside(block, middleX, middleY)).toBe(false);
        }
      }
    }),
    { seed: 7, numRuns: 60 },
  );
});

test("any names give well-formed markup with every element closed", () => {
  fc.assert(
    fc.property(layersArbitrary, fc.string({ unit: "binary" }), (layers, name) => {
      const svg = drawDiagram({ name, layers, totalParams: 1 }, { idPrefix: "p" });
      expect(svg).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#39;)/);
      expect(new Set(namesOf(svg))).toEqual(
        new Set(["svg", "title", "desc", "style", "path", "rect", "text"].filter((tag) => svg.includes(`<${tag}`))),
      );
      for (const tag of ["svg", "title", "desc", "text"]) {
        expect(svg.split(`<${tag}`).length).toBe(svg.split(`</${tag}>`).length);
      }
      expect(/[\p{Cc}\p{Cs}]/u.test(svg)).toBe(false);
    }),
    { seed: 7, numRuns: 60 },
  );
});

test("a page can hold the style sheet once", () => {
  const svg = drawDiagram(summaryOf("e1"), { idPrefix: "e1", embedStyles: false });
  expect(svg).not.toContain("<style>");
  expect(diagramStyles).toContain("@media screen and (prefers-color-scheme:dark)");
  expect(svg).toContain('fill="#1c2128"');
});

test.each([
  [{ idPrefix: "1" }, 'idPrefix must start with a letter and hold letters, digits, - and _ only, got "1".'],
  [{ idPrefix: "a", width: 100 }, "width must be an integer of at least 240, got 100."],
  [{ idPrefix: "a", locale: "fr" }, "unknown locale"],
  [{ idPrefix: "a", widht: 300 }, 'Did you mean "width"?'],
])("bad options are named: %o", (options, message) => {
  expect(() => drawDiagram(summaryOf("e1"), options as never)).toThrow(message);
});

test("a model without layers is refused", () => {
  expect(() => drawDiagram({ name: "none", layers: [], totalParams: 0 }, { idPrefix: "a" })).toThrow(
    "the model none has no layers",
  );
});

function overlap(a: Block, b: Block): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function isInside({ x, y, width, height }: Block, px: number, py: number): boolean {
  return px > x + 0.01 && px < x + width - 0.01 && py > y + 0.01 && py < y + height - 0.01;
}
