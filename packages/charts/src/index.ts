export { lineChart } from "./lineChart.js";
export type { LineChartOptions, LineSeries } from "./lineOptions.js";
export { heatMap, type HeatMapOptions } from "./heatMap.js";
export { groupedBars, type GroupedBarsOptions } from "./groupedBars.js";
export { imageGrid, type GridImage, type ImageGridOptions } from "./imageGrid.js";
export { groupedBarsTable, heatMapTable, imageGridTable, lineChartTable } from "./tables.js";
export { CHART_DEFAULTS, NARROW_BELOW, type ChartOptions } from "./options.js";
export type { ChartLocale } from "./locale.js";
export { chartStyles, DARK_THEME, LIGHT_THEME, type Theme } from "./theme.js";
