/** A model's topology as an SVG string: one labelled block a layer, skips drawn beside them. Needs neither TensorFlow.js nor a DOM. */

import { checkInteger, checkKnownOptions, checkOneOf, show, TareaError } from "@tarea/core";
import { FACTS_SIZE, HEADING_SIZE, layOut, linePositions, type Block, type Connection, type DiagramLayer } from "./layout.js";
import { diagramStyles, LIGHT, type Kind } from "./styles.js";

export { diagramStyles } from "./styles.js";
export type { DiagramLayer } from "./layout.js";

/** A summary from `summarizeModel`, or the model of a run record. */
export interface DiagramModel {
  name: string;
  layers: readonly DiagramLayer[];
  totalParams: number;
}

export interface DiagramOptions {
  /** Begins the ids in the SVG: unique in its page; a letter, then letters, digits, - and _. */
  idPrefix: string;
  /** Pixels, at least 240; blocks stand in as many columns as fit. Default `DIAGRAM_DEFAULTS.width`. */
  width?: number;
  /** Language of the words and numbers. Default `DIAGRAM_DEFAULTS.locale`. */
  locale?: DiagramLocale;
  /** Whether the SVG carries its style sheet; a page may hold `diagramStyles` once instead. Default `DIAGRAM_DEFAULTS.embedStyles`. */
  embedStyles?: boolean;
}

export const DIAGRAM_LOCALES = ["en", "es"] as const;
export type DiagramLocale = (typeof DIAGRAM_LOCALES)[number];

export const DIAGRAM_DEFAULTS = { width: 640, locale: "en", embedStyles: true } as const satisfies Partial<DiagramOptions>;

/** Height above the first block. */
const TOP = 2;

/**
 * Draws the layers of `model` in their order, with type, options, name, output shape and parameters; nothing is cut. The SVG has
 * a name and a description that tells every layer, for who does not see it.
 *
 * @throws TareaError for bad options, and for a model without layers.
 * @example
 * const svg = drawDiagram(summarizeModel(model), { idPrefix: "lenet5" });
 */
export function drawDiagram(model: DiagramModel, options: DiagramOptions): string {
  const { idPrefix, width, locale, embedStyles } = checkDiagramOptions(model, options);
  const words = WORDS[locale];
  const factsOf = (layer: DiagramLayer): string[] => words.facts(layer).map((fact) => fact.replaceAll(" ", "\u00A0"));
  const { blocks, connections, height } = layOut(model.layers, { width, top: TOP, factsOf });
  const total = Math.ceil(height + TOP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="tarea-diagram" viewBox="0 0 ${width} ${total}" width="${width}" height="${total}"`,
    ` role="img" aria-labelledby="${idPrefix}-title" aria-describedby="${idPrefix}-desc">`,
    `<title id="${idPrefix}-title">${escapeMarkup(words.title(model))}</title>`,
    `<desc id="${idPrefix}-desc">${escapeMarkup(model.layers.map((layer, i) => words.describe(layer, model.layers[i - 1])).join(" "))}</desc>`,
    embedStyles ? `<style>${diagramStyles}</style>` : "",
    ...connections.map(drawConnection),
    ...blocks.map((block, i) => drawBlock(block, model.layers[i]!)),
    "</svg>",
  ].join("");
}

function drawBlock(block: Block, { type }: DiagramLayer): string {
  const { x, y, width, height, heading, facts } = block;
  const kind = kindOf(type);
  const positions = linePositions(block);
  const line = (text: string, i: number, attributes: string): string =>
    `<text x="${round(positions[i]!.x)}" y="${round(positions[i]!.y)}" ${attributes}>${escapeMarkup(text)}</text>`;
  return [
    `<rect class="td-box" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="3" fill="${LIGHT.surface}" stroke="${LIGHT.axis}"/>`,
    `<rect class="td-${kind}" x="${round(x)}" y="${round(y)}" width="5" height="${round(height)}" fill="${LIGHT.kinds[kind]}"/>`,
    ...heading.map((text, i) =>
      line(text, i, `class="td-ink" fill="${LIGHT.ink}" font-size="${HEADING_SIZE}" font-weight="600"`),
    ),
    ...facts.map((text, i) => line(text, heading.length + i, `class="td-muted" fill="${LIGHT.muted}" font-size="${FACTS_SIZE}"`)),
  ].join("");
}

/** A line and the tip of its arrow, which points the way that the last part runs. */
function drawConnection({ points, isSkip }: Connection): string {
  const path = points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join("");
  const [[beforeX, beforeY], [x, y]] = points.slice(-2) as [[number, number], [number, number]];
  const [dx, dy] = [Math.sign(x - beforeX), Math.sign(y - beforeY)];
  const corner = (side: number): string => `L${round(x - 6 * dx + 3.5 * side * dy)} ${round(y - 6 * dy + 3.5 * side * dx)}`;
  const [name, color] = isSkip ? ["skip", LIGHT.ink] : ["line", LIGHT.axis];
  const head = isSkip ? "td-skip-head" : "td-head";
  return [
    `<path class="td-${name}" d="${path}" fill="none" stroke="${color}" stroke-width="1.25" stroke-linejoin="round"/>`,
    `<path class="${head}" d="M${round(x)} ${round(y)}${corner(1)}${corner(-1)}Z" fill="${color}"/>`,
  ].join("");
}

function kindOf(type: string): Kind {
  if (type === "InputLayer") return "input";
  if (/Conv/.test(type)) return "convolution";
  if (/^(Dense|Embedding)$|LSTM|GRU|RNN/.test(type)) return "dense";
  if (/Pooling|UpSampling/.test(type)) return "pool";
  if (/Normalization/.test(type)) return "norm";
  return /Dropout/.test(type) ? "dropout" : "other";
}

interface Words {
  title(model: DiagramModel): string;
  facts(layer: DiagramLayer): string[];
  describe(layer: DiagramLayer, previous: DiagramLayer | undefined): string;
}

const WORDS: Readonly<Record<DiagramLocale, Words>> = {
  en: wordsOf("en", {
    title: "Diagram of the model",
    layers: "layers",
    parameters: ["parameter", "parameters"],
    from: "takes",
    and: "and",
  }),
  es: wordsOf("es", {
    title: "Diagrama del modelo",
    layers: "capas",
    parameters: ["parámetro", "parámetros"],
    from: "recibe",
    and: "y",
  }),
};

interface Vocabulary {
  title: string;
  layers: string;
  parameters: [one: string, more: string];
  from: string;
  and: string;
}

function wordsOf(locale: DiagramLocale, { title, layers, parameters, from, and }: Vocabulary): Words {
  const numbers = new Intl.NumberFormat(locale, { useGrouping: "always" });
  const count = (value: number): string => numbers.format(value);
  const params = (value: number): string => `${count(value)} ${parameters[value === 1 ? 0 : 1]}`;
  const shape = (sizes: readonly number[]): string => sizes.map(count).join("×");
  const facts = (layer: DiagramLayer): string[] =>
    layer.params === 0 ? [shape(layer.outputShape)] : [shape(layer.outputShape), params(layer.params)];
  return {
    title: (model) => `${title} ${model.name}: ${count(model.layers.length)} ${layers}, ${params(model.totalParams)}`,
    facts,
    describe(layer, previous) {
      const { name, type, details, connectedTo } = layer;
      const isNext = connectedTo.length === 0 || (connectedTo.length === 1 && connectedTo[0] === previous?.name);
      const source = isNext ? "" : `, ${from} ${connectedTo.join(` ${and} `)}`;
      return `${name}: ${type}${details === "" ? "" : ` ${details}`}, ${facts(layer).join(", ")}${source}.`;
    },
  };
}

const ID = /^[A-Za-z][\w-]*$/;

function checkDiagramOptions(model: DiagramModel, options: DiagramOptions): Required<DiagramOptions> {
  const where = "drawDiagram";
  checkKnownOptions(where, options, ["idPrefix", ...Object.keys(DIAGRAM_DEFAULTS)]);
  const complete = { ...DIAGRAM_DEFAULTS, ...options };
  checkInteger(where, "width", complete.width, { min: 240 });
  checkOneOf(where, "locale", complete.locale, DIAGRAM_LOCALES);
  if (typeof complete.idPrefix !== "string" || !ID.test(complete.idPrefix)) {
    throw new TareaError({
      code: "option",
      where,
      problem: "idPrefix must start with a letter and hold letters, digits, - and _ only",
      received: show(complete.idPrefix),
    });
  }
  if (model.layers.length > 0) return complete;
  throw new TareaError({ code: "option", where, problem: `the model ${model.name} has no layers` });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** For text and attributes; characters that XML has no place for become the replacement character. */
function escapeMarkup(text: string): string {
  const codes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, "\uFFFD").replaceAll(/[&<>"']/g, (character) => codes[character]!);
}
