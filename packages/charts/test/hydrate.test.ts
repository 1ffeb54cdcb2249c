// @vitest-environment jsdom
import { beforeEach, describe, expect, test } from "vitest";
import { heatMap, lineChart } from "../src/index.js";
import { hydrateCharts } from "../src/hydrate/index.js";

const common = { ariaDescription: "D", xLabel: "Epoch", yLabel: "Accuracy" };
const page = document.body;

function press(target: Element, key: string): boolean {
  return target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

describe("A line chart in a page", () => {
  beforeEach(() => {
    page.innerHTML = lineChart({
      ...common,
      title: "Accuracy",
      idPrefix: "l",
      locale: "es",
      series: [
        { name: "Training", values: [0.5, 0.75, 0.875] },
        { name: "<b>Validation</b>", values: [0.25, null, 0.5] },
      ],
    });
    hydrateCharts(document);
  });
  const box = (): HTMLElement => page.querySelector<HTMLElement>(".tarea-chart-box")!;
  const spoken = (): string => page.querySelector("[role=status]")!.textContent;

  test("is moved through by the arrow keys, which speak the values", () => {
    expect(press(box(), "ArrowRight")).toBe(false);
    expect(spoken()).toBe("Epoch 1, Training 0,5, <b>Validation</b> 0,25");
    press(box(), "ArrowRight");
    expect(spoken()).toBe("Epoch 2, Training 0,75");
    press(box(), "End");
    expect(spoken()).toBe("Epoch 3, Training 0,875, <b>Validation</b> 0,5");
    press(box(), "ArrowRight");
    expect(spoken()).toContain("Epoch 3");
    press(box(), "Home");
    expect(spoken()).toContain("Epoch 1");
  });

  test("leaves other keys to the page", () => {
    expect(press(box(), "Tab")).toBe(true);
    expect(press(box(), "a")).toBe(true);
    expect(press(box(), "Escape")).toBe(true);
  });

  test("is left by Escape", () => {
    press(box(), "ArrowRight");
    press(box(), "Escape");
    expect(page.querySelector<HTMLElement>(".tarea-chart-tip")!.hidden).toBe(true);
    expect(page.querySelector("svg > g[pointer-events]")!.childElementCount).toBe(0);
    expect(spoken()).toBe("");
  });

  test("has a switch per series that hides it and its label, and leaves it out of the read-out", () => {
    const [first] = page.querySelectorAll<HTMLButtonElement>("button[aria-pressed]");
    first!.click();
    expect(first!.getAttribute("aria-pressed")).toBe("false");
    expect([...page.querySelectorAll<SVGElement>('[data-series="0"]')].every(({ style }) => style.display === "none")).toBe(true);
    press(box(), "ArrowRight");
    expect(spoken()).toBe("Epoch 1, <b>Validation</b> 0,25");
    first!.click();
    expect(first!.getAttribute("aria-pressed")).toBe("true");
    expect([...page.querySelectorAll<SVGElement>('[data-series="0"]')].every(({ style }) => style.display === "")).toBe(true);
  });

  test("never reads a name as markup", () => {
    press(box(), "ArrowRight");
    expect(page.querySelector("b b, bdi b, button b")).toBeNull();
  });

  test("keeps its name and is hydrated once", () => {
    hydrateCharts(document);
    expect(page.querySelectorAll(".tarea-chart-live")).toHaveLength(1);
    expect(box().getAttribute("aria-label")).toBe("Accuracy. Las flechas mueven, Escape sale.");
    expect(page.querySelector("svg")!.getAttribute("aria-label")).toBe("Accuracy");
  });
});

describe("A heat map in a page", () => {
  beforeEach(() => {
    page.innerHTML = heatMap({
      ...common,
      title: "Confusion",
      idPrefix: "h",
      xLabel: "Predicted",
      yLabel: "True",
      xTickLabels: ["cat", "dog"],
      yTickLabels: ["cat", "dog"],
      values: [
        [0.9, 0.1],
        [0.2, 0.8],
      ],
      cellLines: [
        [
          ["90%", "9"],
          ["10%", "1"],
        ],
        [
          ["20%", "2"],
          ["80%", "8"],
        ],
      ],
    });
    hydrateCharts(page);
  });

  test("is moved through cell by cell", () => {
    const box = page.querySelector(".tarea-chart-box")!;
    const status = page.querySelector("[role=status]")!;
    press(box, "ArrowDown");
    expect(status.textContent).toBe("90% · 9, True cat, Predicted cat");
    press(box, "ArrowDown");
    press(box, "ArrowRight");
    press(box, "ArrowRight");
    expect(status.textContent).toBe("80% · 8, True dog, Predicted dog");
  });
});

test("A chart whose data cannot be read stays a picture", () => {
  page.innerHTML = '<svg class="tarea-chart tarea-chart-line"><metadata>{broken</metadata></svg>';
  hydrateCharts(page);
  expect(page.querySelector(".tarea-chart-live")).toBeNull();
});
