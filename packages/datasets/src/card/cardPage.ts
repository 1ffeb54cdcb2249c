/** A data set's card as a page of a site: its title, a summary, and a body of HTML to put into any layout. */

import type { Column, DatasetCard, DatasetFile } from "../dataset.js";
import { escapeHtml, htmlTable, paragraph, section } from "../preview/html.js";

/** Plain JSON. */
export interface CardPage {
  /** Last part of the page's address: the set's name. */
  slug: string;
  title: string;
  /** The description's first sentence, as text. */
  summary: string;
  /** Sections under headings of the second level, without scripts, styles and references to other files. Nothing of a card is taken as markup. */
  html: string;
}

/**
 * What a person should know about a set: what it is, its numbers, classes or columns, its files with size and SHA-256, its known flaws, its
 * licence and how to cite it.
 *
 * @example
 * for (const card of listDatasets()) {
 *   const { slug, title, html } = cardPage(card);
 *   await writeFile(`${slug}.html`, `<h1>${title}</h1>${html}`);
 * }
 */
export function cardPage(card: DatasetCard): CardPage {
  const body = [
    section("What it is", paragraph(card.description), factsTable(card)),
    section("Classes", classTable(card)),
    section("Columns", columnTable(card)),
    section("Files", filesText(card), ...fileTables(card)),
    section("Known flaws", `<ul>${card.knownFlaws.map((flaw) => `<li>${escapeHtml(flaw)}</li>`).join("")}</ul>`),
    section(
      "Source",
      paragraph(`${card.source}.`),
      paragraph(`Licence: ${card.licence}.`),
      paragraph(`Please cite: ${card.citation}`),
    ),
    section("Load it", `<pre><code>${escapeHtml(example(card))}</code></pre>`),
  ];
  const summary = /^.*?[.:](?=\s|$)/s.exec(card.description)?.[0] ?? card.description;
  return { slug: card.name, title: card.title, summary, html: body.join("\n") };
}

function factsTable({ counts, inputShape, inputType, modality, task, classNames, split, target }: DatasetCard): string {
  const goal = task === "classification" ? `${classNames.length} classes` : describe(target!);
  return htmlTable(
    "In numbers",
    [
      ["", ""],
      ["to train with", counts.train.toLocaleString("en")],
      ["to test with", counts.test.toLocaleString("en")],
      ["one sample", `${modality}, ${inputType} [${inputShape.join(", ")}]`],
      ["to predict", goal],
      ["parts", split.how],
    ],
    [],
  );
}

function classTable({ classNames, labelCounts }: DatasetCard): string {
  if (classNames.length === 0) return "";
  const rows = classNames.map((name, id) => [
    name,
    String(id),
    ...[labelCounts.train, labelCounts.test].map((part) => String(part[id])),
  ]);
  return htmlTable("Classes and their samples", [["class", "id", "train", "test"], ...rows], [1, 2, 3]);
}

const MISSING = { zero: "zeros", blank: "blanks" } as const;

function columnTable({ columns }: DatasetCard): string {
  if (columns.length === 0) return "";
  const rows = columns.map((column) => [column.name, describe(column), column.missing ? MISSING[column.missing] : ""]);
  return htmlTable("Columns of the inputs", [["column", "what it holds", "missing as"], ...rows], []);
}

function describe({ what, unit, categories }: Column): string {
  const ids = categories?.map((name, id) => `${id} ${name}`).join(", ");
  return [what, unit && `in ${unit}`, ids].filter(Boolean).join("; ");
}

function filesText({ origin, folder, name }: DatasetCard): string {
  if (origin === "formula") return paragraph("There are no files: the samples are made by formula from a seed.");
  return paragraph(
    `They are looked for in the folder ${folder ?? name} of TAREA_DATA_DIR and of the cache, in any of these forms.`,
  );
}

function fileTables({ files, otherForms = [], mirrors }: DatasetCard): string[] {
  const forms = [{ what: "the files", files, mirrors }, ...otherForms].filter((form) => form.files.length > 0);
  return forms.map(({ what, files: names, ...form }) => {
    const title = "folder" in form && form.folder !== undefined ? `${what}, in ${form.folder}` : what;
    const rows = names.map(({ name, sizeBytes, sha256, optional }: DatasetFile) => [
      optional ? `${name} (not needed)` : name,
      sizeBytes.toLocaleString("en"),
      sha256,
    ]);
    const from = form.mirrors.length > 0 ? paragraph(`Fetched from ${form.mirrors.join(", then ")}.`) : "";
    return htmlTable(`${title[0]!.toUpperCase()}${title.slice(1)}`, [["file", "bytes", "SHA-256"], ...rows], [1]) + from;
  });
}

function example({ name, counts, inputShape }: DatasetCard): string {
  return [
    'import { loadDataset } from "@tarea/datasets";',
    "",
    `const { train, test } = await loadDataset(${JSON.stringify(name)});`,
    `// train.inputs.shape is [${[counts.train, ...inputShape].join(", ")}]`,
  ].join("\n");
}
