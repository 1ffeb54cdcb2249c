/** The charts that a preview draws with. */

/** What `@tarea/charts` exports fits: `import * as charts from "@tarea/charts"`. */
export interface PreviewCharts {
  groupedBars: (options: BarsOptions) => string;
  imageGrid: (options: ImagesOptions) => string;
  /** The style sheet of all charts of a page. */
  chartStyles: string;
}

interface ChartBasics {
  title: string;
  ariaDescription: string;
  idPrefix: string;
  width?: number;
  embedStyles?: boolean;
}

export interface BarsOptions extends ChartBasics {
  xLabel: string;
  yLabel: string;
  xTickLabels: string[];
  series: { name: string; values: (number | null)[] }[];
}

export interface ImagesOptions extends ChartBasics {
  columns: number;
  images: { pixels: Uint8Array; width: number; height: number; channels: 1 | 3; caption: string[] }[];
}

/** Charts that fit a phone; on wider screens several stand side by side. */
export const CHART_WIDTH = 336;
/** A chart of its own line. */
export const WIDE_CHART_WIDTH = 880;

/** Numbers the charts of a page, whose ids must differ. */
export class ChartIds {
  #last = 0;

  next(): string {
    return `preview-${++this.#last}`;
  }
}
