/** A model's card in the format of the Hugging Face Hub: metadata in YAML, then what a reader needs to know in Markdown. */

import { checkKnownOptions, checkNumber, show, TareaError } from "@tarea/core";
import { escapeMarkdown, printable } from "../formatSummary.js";
import { yamlLines } from "./yaml.js";

/** A summary from `summarizeModel`, or the model of a run record. */
export interface CardModel {
  name: string;
  layers: readonly { name: string; type: string; outputShape: readonly number[]; params: number; details: string }[];
  totalParams: number;
  trainableParams: number;
  nonTrainableParams: number;
  sizeBytes: number;
}

export interface CardMetric {
  /** As the Hub calls it, for example `accuracy` or `f1`. */
  type: string;
  value: number;
  /** For people; default: `type`. */
  name?: string;
  /** Sample standard deviation over seeds; it stands in the card's text. */
  spread?: number | null;
  /** Runs that `value` is the mean of. */
  runs?: number;
}

export interface CardResult {
  /** As the Hub calls it, for example `image-classification`. */
  task: string;
  dataset: {
    /** Id on the Hub, or of the data set here. */
    type: string;
    name: string;
    /** For example `test`. */
    split?: string;
  };
  metrics: readonly CardMetric[];
}

export interface ModelCardOptions {
  model: CardModel;
  /** Heading; default: the model's name. */
  title?: string;
  /** What the model is and is for, as plain text; empty lines divide paragraphs. */
  description: string;
  /** Identifier of the Hub, for example `mit`. */
  license: string;
  tags?: readonly string[];
  /** Languages of the texts that the model reads, for example `en`. */
  languages?: readonly string[];
  /** What was measured. Data sets and metrics of the metadata are those of the results. */
  results?: readonly CardResult[];
  /** What the model must not be used for, and where it fails, as plain text. */
  limitations?: string;
  /** Whether it was trained on a synthetic stand-in for the data; the card then says so first. Default false. */
  synthetic?: boolean;
}

/**
 * The text of a model's `README.md`. What comes in is plain text: it becomes neither YAML nor markup.
 *
 * @throws TareaError for missing or empty texts, and for values that are no finite numbers.
 * @example
 * const text = modelCard({ model: summarizeModel(model), description: "Digits.", license: "mit", tags: ["mnist"] });
 */
export function modelCard(options: ModelCardOptions): string {
  const { model, title = model.name, description, license, limitations, synthetic = false } = checkCard(options);
  const { tags = [], languages = [], results = [] } = options;
  const metadata = yamlLines({
    license,
    language: languages,
    library_name: "tfjs",
    tags: unique(["tensorflow.js", ...tags]),
    datasets: unique(results.map(({ dataset }) => dataset.type)),
    metrics: unique(results.flatMap(({ metrics }) => metrics.map(({ type }) => type))),
    "model-index": results.length === 0 ? undefined : [{ name: model.name, results: results.map(indexEntry) }],
  });
  const sections = [
    `# ${escapeMarkdown(printable(title))}`,
    synthetic ? "**Trained on a synthetic stand-in for the data: no number here says anything about the real data.**" : "",
    paragraphs(description),
    results.length === 0 ? "" : `## Results\n\n${resultsTable(results)}`,
    `## Model\n\n${modelTable(model)}`,
    limitations === undefined ? "" : `## Limitations\n\n${paragraphs(limitations)}`,
    `## Use\n\n${USE}`,
  ];
  return `---\n${metadata.join("\n")}\n---\n\n${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

const USE = [
  "`model.json` and its weights are in the layers format of TensorFlow.js:",
  "",
  "```js",
  'import * as tf from "@tensorflow/tfjs";',
  "",
  'const model = await tf.loadLayersModel("model.json");',
  "```",
].join("\n");

function indexEntry({ task, dataset, metrics }: CardResult) {
  const { type, name, split } = dataset;
  return {
    task: { type: task },
    dataset: { type, name, split },
    metrics: metrics.map((metric) => ({ type: metric.type, value: metric.value, name: metric.name ?? metric.type })),
  };
}

function resultsTable(results: readonly CardResult[]): string {
  const rows = results.flatMap(({ dataset, metrics }) =>
    metrics.map(({ type, name = type, value, spread, runs }) => {
      const measured = typeof spread === "number" ? `${digits(value)} ± ${digits(spread)}` : digits(value);
      const over = runs === undefined ? "" : ` (${runs} ${runs === 1 ? "run" : "runs"})`;
      return [dataset.name, dataset.split ?? "", name, `${measured}${over}`];
    }),
  );
  return table(["Data", "Split", "Metric", "Value"], rows);
}

function modelTable(model: CardModel): string {
  const count = (value: number): string => value.toLocaleString("en");
  const rows = model.layers.map(({ name, type, details, outputShape, params }) => [
    name,
    details === "" ? type : `${type} (${details})`,
    `[${outputShape.join(", ")}]`,
    count(params),
  ]);
  const totals = [
    `${count(model.totalParams)} parameters`,
    `${count(model.trainableParams)} trainable`,
    `${count(model.nonTrainableParams)} not trainable`,
    `${count(model.sizeBytes)} bytes`,
  ];
  return `${table(["Layer", "Type", "Output shape", "Parameters"], rows)}\n\n${totals.join(", ")}.`;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const body = rows.map((cells) => line(cells.map((cell) => escapeMarkdown(printable(cell)))));
  return [line(titles), line(titles.map(() => "---")), ...body].join("\n");
}

/** Four digits after the point where that says anything. */
function digits(value: number): string {
  return Math.abs(value) < 1e-3 && value !== 0 ? value.toExponential(2) : value.toFixed(4);
}

function paragraphs(text: string): string {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => escapeBlock(escapeMarkdown(printable(paragraph.trim().replaceAll(/\s*\n\s*/g, " ")))))
    .join("\n\n");
}

/** What begins a heading, a list or a rule begins a sentence here. */
function escapeBlock(line: string): string {
  return line.replace(/^(\s*)([#+=-]|\d+(?=[.)]))/, (_all, space: string, mark: string) =>
    /^\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
  );
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function checkCard(options: ModelCardOptions): ModelCardOptions {
  const where = "modelCard";
  checkKnownOptions(where, options, [
    ...["model", "title", "description", "license", "tags", "languages", "results", "limitations", "synthetic"],
  ]);
  const { title, description, license, limitations, results = [], tags = [], languages = [] } = options;
  const texts: [name: string, value: unknown][] = [
    ["description", description],
    ["license", license],
    ...(title === undefined ? [] : ([["title", title]] as [string, unknown][])),
    ...(limitations === undefined ? [] : ([["limitations", limitations]] as [string, unknown][])),
    ...tags.map((tag, i): [string, unknown] => [`tags[${i}]`, tag]),
    ...languages.map((language, i): [string, unknown] => [`languages[${i}]`, language]),
  ];
  for (const [i, { task, dataset, metrics }] of results.entries()) {
    texts.push(
      [`results[${i}].task`, task],
      [`results[${i}].dataset.type`, dataset.type],
      [`results[${i}].dataset.name`, dataset.name],
    );
    for (const [j, { type, value }] of metrics.entries()) {
      texts.push([`results[${i}].metrics[${j}].type`, type]);
      checkNumber(where, `results[${i}].metrics[${j}].value`, value);
    }
  }
  for (const [name, value] of texts) {
    if (typeof value === "string" && value.trim() !== "") continue;
    throw new TareaError({ code: "option", where, problem: `${name} must be a text that is not empty`, received: show(value) });
  }
  return options;
}
