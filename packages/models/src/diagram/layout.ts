/** Where the blocks of a diagram stand and how their connections run: plain numbers, no markup. */

import { wrapText } from "./wrapText.js";

/** A layer as a summary or a run record tells it. */
export interface DiagramLayer {
  name: string;
  type: string;
  /** Without the batch axis. */
  outputShape: readonly number[];
  params: number;
  details: string;
  connectedTo: readonly string[];
}

export interface Block {
  x: number;
  y: number;
  width: number;
  height: number;
  /** What the layer is, then its name, shape and parameters. */
  heading: string[];
  facts: string[];
}

export interface Connection {
  /** Corners of the line, the last at the block that it enters. */
  points: [number, number][];
  /** Whether it passes other layers by. */
  isSkip: boolean;
}

export interface Layout {
  blocks: Block[];
  connections: Connection[];
  height: number;
}

export const HEADING_SIZE = 12.5;
export const FACTS_SIZE = 11.5;
/** How much wider bold letters are. */
const BOLD = 1.08;
const NO_BREAK = "\u00A0";
const LINE = 15;
const PADDING = { x: 12, y: 7 };
const GAP = 13;
/** Space between columns, before lines run in it, and between lines that run side by side. */
const GUTTER = 14;
const LANE = 8;
const MIN_BLOCK = 190;
const MAX_BLOCK = 340;
/** More blocks than this make a second column, where there is room. */
const MOST_IN_COLUMN = 14;

export interface LayoutOptions {
  width: number;
  top: number;
  /** Shape and parameters, each kept on one line where that fits. */
  factsOf(layer: DiagramLayer): string[];
}

export function layOut(layers: readonly DiagramLayer[], { width, top, factsOf }: LayoutOptions): Layout {
  const columns = columnCount(layers.length, width);
  const perColumn = Math.ceil(layers.length / columns);
  const columnOf = (i: number): number => Math.floor(i / perColumn);
  const links = linksOf(layers);
  const turns = links.filter(({ from, to }) => columnOf(from) !== columnOf(to));
  const passes = links.filter((link) => link.isSkip && !turns.includes(link));

  // Lines of their own: in the gutter right of the source, and, where a link turns to another column, above all blocks.
  const lanes = Array.from({ length: columns + 1 }, () => 0);
  const laneOf = new Map<Link, number>();
  for (const link of [...turns, ...passes]) laneOf.set(link, lanes[columnOf(link.from) + 1]!++);
  const gutters = lanes.map((count) => (count === 0 ? 0 : GUTTER + LANE * count));
  const betweenColumns = gutters.map(
    (gutter, c) => (c === 0 || c === columns ? gutter : Math.max(gutter, GUTTER)) + (c > 0 && c < columns ? GUTTER : 0),
  );
  const free = width - betweenColumns.reduce((sum, gutter) => sum + gutter, 0) - 2;
  const blockWidth = Math.min(MAX_BLOCK, Math.max(60, free / columns));
  const left = 1 + (free - columns * blockWidth) / 2;
  const xOf = (column: number): number =>
    left + column * blockWidth + betweenColumns.slice(0, column + 1).reduce((a, b) => a + b, 0);

  const firstTop = top + (turns.length === 0 ? 0 : GUTTER + LANE * turns.length);
  const blocks: Block[] = [];
  for (const [i, layer] of layers.entries()) {
    const above = i % perColumn === 0 ? undefined : blocks[i - 1]!;
    const y = above === undefined ? firstTop : above.y + above.height + GAP;
    blocks.push(blockOf(layer, { x: xOf(columnOf(i)), y, width: blockWidth, facts: factsOf(layer) }));
  }

  const connections = links.map((link): Connection => {
    const [source, target] = [blocks[link.from]!, blocks[link.to]!];
    const lane = source.x + source.width + GUTTER + LANE * (laneOf.get(link) ?? 0);
    if (turns.includes(link)) return turn(link, source, target, { lane, y: firstTop - GUTTER + 2 - LANE * turns.indexOf(link) });
    return { points: link.isSkip ? pass(source, target, lane) : straight(source, target), isSkip: link.isSkip };
  });
  return { blocks, connections, height: Math.max(...blocks.map(({ y, height }) => y + height)) + (turns.length === 0 ? 0 : GAP) };
}

interface Link {
  from: number;
  to: number;
  isSkip: boolean;
}

/** Every connection once per pair of layers; names that are not in the list, as those of an outer model, have none. */
function linksOf(layers: readonly DiagramLayer[]): Link[] {
  const indexOf = new Map(layers.map(({ name }, i) => [name, i]));
  return layers.flatMap(({ connectedTo }, to) =>
    [...new Set(connectedTo)].flatMap((name) => {
      const from = indexOf.get(name);
      return from === undefined || from >= to ? [] : [{ from, to, isSkip: from !== to - 1 }];
    }),
  );
}

function columnCount(count: number, width: number): number {
  const room = Math.max(1, Math.floor((width + GUTTER) / (MIN_BLOCK + GUTTER)));
  return Math.min(room, Math.ceil(count / MOST_IN_COLUMN));
}

function blockOf(layer: DiagramLayer, { x, y, width, facts }: { x: number; y: number; width: number; facts: string[] }): Block {
  const room = width - 2 * PADDING.x;
  const heading = wrapText(layer.details === "" ? layer.type : `${layer.type} ${layer.details}`, HEADING_SIZE * BOLD, room);
  const lines = wrapText([layer.name, ...facts].join(`${NO_BREAK}· `), FACTS_SIZE, room);
  return { x, y, width, height: 2 * PADDING.y + LINE * (heading.length + lines.length), heading, facts: lines };
}

/** Baselines and left edges of a block's lines, heading first. */
export function linePositions({ x, y, heading, facts }: Block): { x: number; y: number }[] {
  return [...heading, ...facts].map((_, i) => ({ x: x + PADDING.x, y: y + PADDING.y + LINE * (i + 1) - 3.5 }));
}

function straight(source: Block, target: Block): [number, number][] {
  const x = source.x + source.width / 2;
  return [
    [x, source.y + source.height],
    [x, target.y],
  ];
}

/** Beside the blocks between, in the gutter on the right. */
function pass(source: Block, target: Block, lane: number): [number, number][] {
  const [from, to] = [source.y + source.height * 0.5, target.y + target.height * 0.5];
  return [
    [source.x + source.width, from],
    [lane, from],
    [lane, to],
    [target.x + target.width, to],
  ];
}

/** Up the gutter, along above the blocks, and down into another column. */
function turn({ isSkip }: Link, source: Block, target: Block, { lane, y }: { lane: number; y: number }): Connection {
  const start: [number, number][] = isSkip
    ? [
        [source.x + source.width, source.y + source.height / 2],
        [lane, source.y + source.height / 2],
      ]
    : [
        [source.x + source.width / 2, source.y + source.height],
        [source.x + source.width / 2, source.y + source.height + GAP / 2],
        [lane, source.y + source.height + GAP / 2],
      ];
  // A skip comes in at the side, unless its target is the first of its column.
  const side = target.x - 6;
  const middle = target.y + target.height / 2;
  const end: [number, number][] = isSkip
    ? [
        [side, y],
        [side, middle],
        [target.x, middle],
      ]
    : [
        [target.x + target.width / 2, y],
        [target.x + target.width / 2, target.y],
      ];
  return { points: [...start, [lane, y], ...end], isSkip };
}
