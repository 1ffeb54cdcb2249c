/** Colours of the diagrams: the reports' custom properties where a page sets them, light, dark and contrast themes elsewhere. */

/** Kinds of layers that are told apart by a coloured edge and by their names. */
export const KINDS = ["input", "convolution", "dense", "pool", "norm", "dropout", "other"] as const;
export type Kind = (typeof KINDS)[number];

interface Theme {
  ink: string;
  muted: string;
  axis: string;
  surface: string;
  kinds: Record<Kind, string>;
}

export const LIGHT: Theme = {
  ink: "#1c2128",
  muted: "#57606a",
  axis: "#8c959f",
  surface: "#ffffff",
  kinds: {
    input: "#57606a",
    convolution: "#0b57a4",
    dense: "#c84b0a",
    pool: "#044a39",
    norm: "#7a5c00",
    dropout: "#a21caf",
    other: "#8c959f",
  },
};

const DARK: Theme = {
  ink: "#e6e9ed",
  muted: "#a3adb8",
  axis: "#6b7682",
  surface: "#12161c",
  kinds: {
    input: "#a3adb8",
    convolution: "#5a9ff0",
    dense: "#f59a55",
    pool: "#84e1bc",
    norm: "#e3b341",
    dropout: "#e08be8",
    other: "#6b7682",
  },
};

const FORCED: Theme = {
  ink: "CanvasText",
  muted: "CanvasText",
  axis: "CanvasText",
  surface: "Canvas",
  kinds: {
    input: "CanvasText",
    convolution: "LinkText",
    dense: "LinkText",
    pool: "CanvasText",
    norm: "CanvasText",
    dropout: "CanvasText",
    other: "CanvasText",
  },
};

/** The series colour of the reports' charts that a kind takes, by number. */
const SERIES: Partial<Record<Kind, number>> = { convolution: 1, dense: 2, pool: 3, dropout: 4, norm: 5 };

/**
 * The style sheet of all diagrams, for pages that hold it once and draw with `embedStyles: false`. Elements carry their light
 * colours as attributes too, for programs that read SVG without style sheets; dark themes are for screens, so print is light.
 */
export const diagramStyles: string = [
  `.tarea-diagram{${variables(LIGHT)}}`,
  `@media screen and (prefers-color-scheme:dark){.tarea-diagram:not([data-theme=light] *){${variables(DARK)}}}`,
  `@media screen{[data-theme=dark] .tarea-diagram{${variables(DARK)}}}`,
  `@media (forced-colors:active){.tarea-diagram.tarea-diagram{${variables(FORCED)}}}`,
  ".tarea-diagram{max-width:100%;height:auto;direction:ltr;font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}",
  ":root.tarea-diagram{background:var(--td-surface)}",
  ...["ink", "muted", "surface"].map((name) => `.td-${name}{fill:var(--td-${name})}`),
  ".td-box{fill:var(--td-surface);stroke:var(--td-axis)}",
  ".td-line{stroke:var(--td-axis)}.td-head{fill:var(--td-axis)}",
  ".td-skip{stroke:var(--td-ink)}.td-skip-head{fill:var(--td-ink)}",
  ...KINDS.map((kind) => `.td-${kind}{fill:var(--td-${kind})}`),
].join("");

function variables({ ink, muted, axis, surface, kinds }: Theme): string {
  const roles = Object.entries({ ink, muted, axis, surface }).map(
    ([name, color]) => `--td-${name}:var(--tarea-${name},${color});`,
  );
  const series = KINDS.map((kind) => {
    const number = SERIES[kind];
    return `--td-${kind}:${number === undefined ? kinds[kind] : `var(--tarea-series-${number},${kinds[kind]})`};`;
  });
  return roles.join("") + series.join("");
}
