/** A model's summary as a table in the formats that reports are written in. No name is cut, and every one is escaped. */

import { checkKnownOptions, checkList, checkOneOf } from "@tarea/core";
import type { LayerSummary, ModelSummary } from "./summary.js";

export const SUMMARY_FORMATS = ["text", "markdown", "html", "latex", "json"] as const;
export type SummaryFormat = (typeof SUMMARY_FORMATS)[number];

const WHERE = "formatSummary";

/**
 * The summary as an aligned text table, a Markdown table, an HTML `table` element, a LaTeX `tabular`, or JSON.
 *
 * @throws TareaError for an unknown format.
 */
export function formatSummary(summary: ModelSummary, options: { format?: SummaryFormat } = {}): string {
  checkKnownOptions(WHERE, options, ["format"]);
  const { format = "text" } = options;
  checkOneOf(WHERE, "format", format, SUMMARY_FORMATS);
  checkList(WHERE, "the summary's layers", (summary as ModelSummary | null | undefined)?.layers);
  return format === "json" ? JSON.stringify(summary, null, 2) : WRITERS[format](summary);
}

interface Column {
  title: string;
  /** Whether it holds numbers, which are aligned right. */
  isNumber: boolean;
  valueOf(layer: LayerSummary): string;
}

const COLUMNS: readonly Column[] = [
  { title: "Layer", isNumber: false, valueOf: ({ name }) => printable(name) },
  { title: "Type", isNumber: false, valueOf: ({ type, details }) => (details === "" ? type : `${type} (${printable(details)})`) },
  { title: "Output shape", isNumber: false, valueOf: ({ outputShape }) => `[${outputShape.join(", ")}]` },
  { title: "Parameters", isNumber: true, valueOf: ({ params }) => count(params) },
  { title: "Multiply-adds", isNumber: true, valueOf: ({ multiplyAdds }) => count(multiplyAdds) },
  { title: "Activation bytes", isNumber: true, valueOf: ({ activationBytes }) => count(activationBytes) },
  { title: "Connected to", isNumber: false, valueOf: ({ connectedTo }) => connectedTo.map(printable).join(", ") },
];

const WRITERS: Readonly<Record<Exclude<SummaryFormat, "json">, (summary: ModelSummary) => string>> = {
  text(summary) {
    const rows = [titles(), ...cells(summary)];
    const widths = COLUMNS.map((_, c) => Math.max(...rows.map((row) => widthOf(row[c]!))));
    const lines = rows.map((row) =>
      row
        .map((cell, c) => pad(cell, widths[c]!, COLUMNS[c]!.isNumber))
        .join("  ")
        .trimEnd(),
    );
    const rule = "-".repeat(Math.max(...lines.map(widthOf)));
    return [lines[0], rule, ...lines.slice(1), rule, totals(summary)].join("\n");
  },

  markdown(summary) {
    const row = (values: string[]): string => `| ${values.join(" | ")} |`;
    const lines = [
      row(titles()),
      row(COLUMNS.map(({ isNumber }) => (isNumber ? "---:" : "---"))),
      ...cells(summary).map((values) => row(values.map(escapeMarkdown))),
    ];
    return `${lines.join("\n")}\n\n${totals(summary)}`;
  },

  html(summary) {
    const head = titles().map((title) => `<th scope="col">${title}</th>`);
    const body = cells(summary).map((values) => {
      const row = values.map(escapeHtml).map((value, c) => {
        if (c === 0) return `<th scope="row">${value}</th>`;
        return COLUMNS[c]!.isNumber ? `<td style="text-align: right">${value}</td>` : `<td>${value}</td>`;
      });
      return `<tr>${row.join("")}</tr>`;
    });
    const caption = `${escapeHtml(printable(summary.name))}: ${totals(summary)}`;
    return [
      "<table>",
      `<caption>${caption}</caption>`,
      `<thead><tr>${head.join("")}</tr></thead>`,
      `<tbody>`,
      ...body,
      "</tbody>",
      "</table>",
    ].join("\n");
  },

  // Small and with narrow gaps, so that it fits an article, and in its middle where it is wider. LaTeX itself is all that it needs.
  latex(summary) {
    // After the end of a row, LaTeX takes a bracket or a star for an option of that end.
    const row = (values: string[]): string => `${values.join(" & ").replace(/^(?=[[*])/, "{}")} \\\\`;
    const heads = COLUMNS.map(
      ({ title, isNumber }) => `\\shortstack[${isNumber ? "r" : "l"}]{${STRUT}${title.replaceAll(/[ -]/g, breakLatex)}}`,
    );
    return [
      "\\noindent\\makebox[\\linewidth]{\\scriptsize\\setlength{\\tabcolsep}{3pt}\\renewcommand{\\arraystretch}{1.15}%",
      `\\begin{tabular}{@{}${COLUMNS.map(({ isNumber }) => (isNumber ? "r" : "l")).join("")}@{}}`,
      "\\hline",
      row(heads),
      "\\hline",
      ...cells(summary).map((values) => row(values.map(escapeLatex))),
      "\\hline",
      `\\multicolumn{${COLUMNS.length}}{@{}p{0.95\\linewidth}@{}}{\\raggedright${STRUT}${totals(summary)}} \\\\`,
      "\\end{tabular}}",
    ].join("\n");
  },
};

/** Holds a line of LaTeX off the rule above it. */
const STRUT = "\\rule{0pt}{2.4ex}";

/** A heading goes on in the next line at a space, and after a hyphen. */
function breakLatex(character: string): string {
  return character === "-" ? "-\\\\" : "\\\\";
}

function titles(): string[] {
  return COLUMNS.map(({ title }) => title);
}

function cells({ layers }: ModelSummary): string[][] {
  return layers.map((layer) => COLUMNS.map(({ valueOf }) => valueOf(layer)));
}

function totals(summary: ModelSummary): string {
  const { totalParams, trainableParams, nonTrainableParams, sizeBytes, multiplyAdds, activationBytes } = summary;
  return [
    `${count(totalParams)} parameters`,
    `${count(trainableParams)} trainable`,
    `${count(nonTrainableParams)} not trainable`,
    `${count(sizeBytes)} bytes`,
    `${count(multiplyAdds)} multiply-adds and ${count(activationBytes)} bytes of activations per sample`,
  ].join(", ");
}

function count(value: number | null): string {
  return value === null ? "unknown" : value.toLocaleString("en");
}

/** Length in characters, where characters beyond the basic plane are one. */
function widthOf(text: string): number {
  return [...text].length;
}

function pad(text: string, width: number, isNumber: boolean): string {
  const space = " ".repeat(width - widthOf(text));
  return isNumber ? space + text : text + space;
}

/** Control characters, line ends and marks that turn the writing direction become visible codes: a name stays on its line. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** Brackets of shapes alone are no links, so they stay readable. */
export function escapeMarkdown(text: string): string {
  return /^\[[\d, ]*\]$/.test(text) ? text : text.replaceAll(/[\\`*_[\]<>|&~$]/g, (character) => `\\${character}`);
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => HTML_CODES[character]!);
}

const HTML_CODES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeLatex(text: string): string {
  return text.replaceAll(/[\\&%$#_{}~^<>|"]/g, (character) => LATEX_CODES[character] ?? `\\${character}`);
}

const LATEX_CODES: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  '"': "{\\char34}",
};
