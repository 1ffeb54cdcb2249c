import { describe, expect, it } from "vitest";
import { cardPage, listDatasets, type DatasetCard } from "../../src/index.js";
import { tinySet } from "../support/tinySet.js";

/** Tags that are opened and not closed again, and the other way round. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, slash, name] of html.matchAll(/<(\/?)([a-z0-9]+)[^>]*>/g)) {
    if (slash === "") open.push(name!);
    else if (open.pop() !== name) wrong.push(name!);
  }
  return [...open, ...wrong];
}

describe("the page of a card", () => {
  it.each(listDatasets().map((card) => [card.name, card] as const))("of %s says all that the card says", (name, card) => {
    const { slug, title, summary, html } = cardPage(card);
    expect({ slug, title }).toEqual({ slug: name, title: card.title });
    expect(card.description.startsWith(summary)).toBe(true);
    expect(summary.length).toBeGreaterThan(10);
    expect(unbalanced(html)).toEqual([]);
    const text = html
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&amp;", "&");
    const facts = [
      card.description,
      card.source,
      card.licence,
      card.citation,
      card.split.how,
      ...card.knownFlaws,
      ...card.classNames,
    ];
    const files = [card.files, ...(card.otherForms ?? []).map((form) => form.files)].flat();
    for (const fact of [
      ...facts,
      ...files.flatMap((file) => [file.name, file.sha256]),
      ...card.columns.map((column) => column.name),
    ])
      expect(text).toContain(fact);
    expect(html).not.toMatch(/<(script|style|img|link)\b|<[^>]*\b(src|href|on[a-z]+)=/);
  });

  it("takes nothing of a card as markup", () => {
    const evil = '<script>alert(1)</script>"><img src=x onerror=alert(2)>&\u0000';
    const { card } = tinySet().definition;
    const column = { name: evil, what: evil, unit: evil, categories: [evil] };
    const hostile: DatasetCard = {
      ...card,
      name: evil,
      title: evil,
      description: evil,
      source: evil,
      licence: evil,
      citation: evil,
      classNames: [evil, `${evil}2`, "c"],
      columns: [column],
      folder: evil,
      split: { by: "publisher", how: evil },
      files: [{ name: evil, sizeBytes: 1, sha256: evil }],
      otherForms: [{ what: evil, folder: evil, files: [{ name: evil, sizeBytes: 1, sha256: evil }], mirrors: [evil] }],
      mirrors: [evil],
      knownFlaws: [evil],
    };
    const { html } = cardPage(hostile);
    const regression = cardPage({ ...hostile, task: "regression", classNames: [], target: column }).html;
    for (const page of [html, regression]) {
      expect(unbalanced(page)).toEqual([]);
      expect(page).not.toMatch(/<script|<img/);
      expect(page).not.toContain("\u0000");
      expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&gt;&lt;img");
    }
  });
});
