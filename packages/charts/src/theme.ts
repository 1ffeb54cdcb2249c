/**
 * Colours and the style sheet. Every element also carries its light colour as an attribute, so that programs which read SVG
 * without custom properties still draw the chart; browsers take the custom properties.
 */

export interface Theme {
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly axis: string;
  /** What a chart is drawn on. */
  readonly surface: string;
  readonly series: readonly string[];
  /** Shading of a heat map at 0 and at 1, and the text on cells up to `HEAT_TEXT_SWITCH` and above it. */
  readonly heatLow: string;
  readonly heatHigh: string;
  readonly heatTextLow: string;
  readonly heatTextHigh: string;
}

/** Shading at which a cell's text changes from `heatTextLow` to `heatTextHigh`: there both have a contrast of 4.5, in both themes. */
export const HEAT_TEXT_SWITCH = 0.64;

export const LIGHT_THEME: Theme = {
  ink: "#1c2128",
  muted: "#57606a",
  grid: "#e4e7eb",
  axis: "#8c959f",
  surface: "#ffffff",
  series: ["#0b57a4", "#c84b0a", "#044a39", "#a21caf", "#7a5c00", "#4b5563", "#be123c", "#1e3a8a"],
  heatLow: "#f4f7fb",
  heatHigh: "#08306b",
  heatTextLow: "#000000",
  heatTextHigh: "#ffffff",
};

export const DARK_THEME: Theme = {
  ink: "#e6e9ed",
  muted: "#a3adb8",
  grid: "#2a313a",
  axis: "#6b7682",
  surface: "#12161c",
  series: ["#5a9ff0", "#f59a55", "#84e1bc", "#e08be8", "#e3b341", "#b3bdc8", "#ff8199", "#9db2ff"],
  heatLow: "#1a212b",
  heatHigh: "#7aa8e0",
  heatTextLow: "#ffffff",
  heatTextHigh: "#000000",
};

/** Windows' contrast themes: the person's own colours; series differ by dash, marker and label. */
const FORCED_THEME: Theme = {
  ...LIGHT_THEME,
  ink: "CanvasText",
  muted: "CanvasText",
  grid: "GrayText",
  axis: "CanvasText",
  surface: "Canvas",
  series: ["CanvasText", "LinkText", "CanvasText", "LinkText", "CanvasText", "LinkText", "CanvasText", "LinkText"],
};

export const SERIES_COLORS = LIGHT_THEME.series.length;

type Role = Exclude<keyof Theme, "series">;

const ROLES: Record<Role, string> = {
  ink: "ink",
  muted: "muted",
  grid: "grid",
  axis: "axis",
  surface: "surface",
  heatLow: "heat-low",
  heatHigh: "heat-high",
  heatTextLow: "heat-text-low",
  heatTextHigh: "heat-text-high",
};

/** Attributes that fill with a colour of the theme. */
export function fill(role: Role): { class: string; fill: string } {
  return { class: `tc-${ROLES[role]}`, fill: LIGHT_THEME[role] };
}

/** Attributes that stroke with a colour of the theme, without a fill. */
export function stroke(role: Role): { class: string; stroke: string; fill: string } {
  return { class: `tc-${ROLES[role]}-line`, stroke: LIGHT_THEME[role], fill: "none" };
}

/** Attributes that make `currentColor` the colour of series `index`. */
export function seriesColor(index: number): { class: string; color: string } {
  const slot = index % SERIES_COLORS;
  return { class: `tc-s${slot + 1}`, color: LIGHT_THEME.series[slot]! };
}

/** Opacity of tinted areas. */
export const TINT = 0.22;

/** Attributes of areas of series `index`: filled, and every second one tinted with an outline, so that neighbours differ in grey. */
export function seriesArea(index: number): { fill: string; "fill-opacity"?: number; stroke?: string } {
  return index % 2 === 0 ? { fill: "currentColor" } : { fill: "currentColor", "fill-opacity": TINT, stroke: "currentColor" };
}

/**
 * The style sheet of all charts, for pages that hold it once and draw charts with `embedStyles: false`. Set `--tarea-ink`,
 * `--tarea-surface`, `--tarea-series-1` and so on in the page to recolour; a `data-theme` of "light" or "dark" on any
 * ancestor wins over the system's preference.
 */
export const chartStyles: string = [
  `CHARTS{${variables(LIGHT_THEME)}}`,
  `@media screen and (prefers-color-scheme:dark){CHARTS:not([data-theme=light] *){${variables(DARK_THEME)}}}`,
  `@media screen{[data-theme=dark] CHARTS{${variables(DARK_THEME)}}}`,
  `@media (forced-colors:active){CHARTSCHARTSCHARTS{${variables(FORCED_THEME)}}.tarea-chart text,.tc-cells{forced-color-adjust:none}.tc-cells .tc-muted{fill:var(--tc-heat-text-low)}.tc-grid-line{stroke-dasharray:1 3}}`,
  ".tarea-chart{max-width:100%;height:auto;overflow:visible;direction:ltr;font-variant-numeric:tabular-nums}",
  ":root.tarea-chart{background:var(--tc-surface);font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}",
  ...Object.values(ROLES).map((name) => `.tc-${name}{fill:var(--tc-${name})}`),
  ...["grid", "axis", "surface", "ink", "muted"].map((name) => `.tc-${name}-line{stroke:var(--tc-${name})}`),
  ...LIGHT_THEME.series.map((_, i) => `.tc-s${i + 1}{color:var(--tc-s${i + 1})}`),
]
  .join("")
  // The second is what hydration wraps a chart in: read-outs take the chart's colours.
  .replaceAll("CHARTS", ":is(.tarea-chart,.tarea-chart-live)");

function variables(theme: Theme): string {
  const roles = Object.entries(ROLES).map(([role, name]) => `--tc-${name}:var(--tarea-${name},${theme[role as Role]});`);
  const series = theme.series.map((color, i) => `--tc-s${i + 1}:var(--tarea-series-${i + 1},${color});`);
  return roles.join("") + series.join("");
}
