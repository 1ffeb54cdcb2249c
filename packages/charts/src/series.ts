/** How series are told apart besides their colour. */

import {
  symbolCircle,
  symbolCross,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
  symbolWye,
  type SymbolType,
} from "d3-shape";

export type LineStyle = "solid" | "dashed";

/** Stroke patterns; a solid line has none. */
export const DASHES: Record<LineStyle, string | undefined> = { solid: undefined, dashed: "6 4" };

/** Marker shapes, in the order in which series take them. */
export const SHAPES: readonly SymbolType[] = [
  symbolCircle,
  symbolSquare,
  symbolTriangle,
  symbolDiamond,
  symbolCross,
  symbolStar,
  symbolWye,
];
