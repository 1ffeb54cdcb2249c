import { describe, expect, it } from "vitest";
import { checkAnchor, figureParts, markRuns, numberFigures, runsShownIn } from "../src/index.js";

const label = (kind: string, id: string): string => `<span class="label" data-label-of="${kind}:${id}"></span>`;
const reference = (id: string): string => `<a class="ref" href="#${id}" data-ref></a>`;

describe("figure numbers", () => {
  it("count figures and tables apart, in the order of the page", () => {
    const html = numberFigures(label("figure", "a") + label("table", "t") + label("figure", "b"), "en", "/page/");
    expect(html).toBe(
      '<span class="label">Figure\u00a01</span><span class="label">Table\u00a01</span><span class="label">Figure\u00a02</span>',
    );
  });

  it("fill in references, those to later figures included, in the page's language", () => {
    const html = numberFigures(reference("later") + label("figure", "first") + label("figure", "later"), "es", "/page/");
    expect(html).toContain('<a class="ref" href="#later">Figura\u00a02</a>');
  });

  it("refuse a reference to nothing and name the nearest figure", () => {
    expect(() => numberFigures(label("figure", "curves") + reference("curvs"), "en", "/page/")).toThrow(
      /\/page\/: a reference names "curvs".*Did you mean "curves"\?/,
    );
  });

  it("refuse the same id twice", () => {
    expect(() => numberFigures(label("figure", "a") + label("table", "a"), "en", "/page/")).toThrow(
      /has the id "a", and so has something else/,
    );
  });

  it("refuse the id of a heading", () => {
    expect(() =>
      numberFigures(`<h2 id="results">Results</h2><figure id="results">${label("table", "results")}</figure>`, "en", "/page/"),
    ).toThrow(/Headings take their words as id/);
  });

  it("leave text alone that only looks like a label", () => {
    const text = "&lt;span class=&quot;label&quot; data-label-of=&quot;figure:a&quot;&gt;";
    expect(numberFigures(text, "en", "/page/")).toBe(text);
  });

  it.each(["", "Upper", "1st", 'a"b', undefined])("refuse %o as an anchor", (id) => {
    expect(() => checkAnchor("<Figure>", id)).toThrow(/<Figure>: id must start with/);
  });
});

describe("parts of a figure", () => {
  it("put the note and the numbers behind the drawing", () => {
    const parts = figureParts(
      '<p class="note">One.</p><div>drawing</div><details class="data">numbers</details><p class="note">Two.</p>',
    );
    expect(parts).toEqual({ body: "<div>drawing</div>", note: "One. Two.", data: '<details class="data">numbers</details>' });
  });
});

describe("runs shown on a page", () => {
  it("are read back from the marks, each once", () => {
    const run = (experiment: string, id: string): { record: { id: string; experiment: { id: string } } } => ({
      record: { id, experiment: { id: experiment } },
    });
    const html = `<i data-runs="${markRuns([run("e1", "a"), run("e2", "b")])}"></i><i data-runs="${markRuns([run("e1", "a")])}"></i><i data-runs=""></i>`;
    expect(runsShownIn(html)).toEqual(["e1/a", "e2/b"]);
  });
});
