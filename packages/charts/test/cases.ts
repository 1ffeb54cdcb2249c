/** The charts' specification: each case becomes a reviewed picture in `pictures/` and an entry of the docs' gallery. */

import { groupedBars, heatMap, imageGrid, lineChart } from "../src/index.js";
import type { GroupedBarsOptions, HeatMapOptions, ImageGridOptions, LineChartOptions } from "../src/index.js";

/** What a case says; `width` and `idPrefix` come from where it is drawn. */
type Spec<O> = Omit<O, "idPrefix" | "width">;

export interface ChartCase {
  readonly name: string;
  /** What to look for in the picture. */
  readonly shows: string;
  draw(width: number, idPrefix: string): string;
}

const line = (name: string, shows: string, spec: Spec<LineChartOptions>): ChartCase => ({
  name,
  shows,
  draw: (width, idPrefix) => lineChart({ ...spec, width, idPrefix }),
});
const heat = (name: string, shows: string, spec: Spec<HeatMapOptions>): ChartCase => ({
  name,
  shows,
  draw: (width, idPrefix) => heatMap({ ...spec, width, idPrefix }),
});
const bars = (name: string, shows: string, spec: Spec<GroupedBarsOptions>): ChartCase => ({
  name,
  shows,
  draw: (width, idPrefix) => groupedBars({ ...spec, width, idPrefix }),
});
const grid = (name: string, shows: string, spec: Spec<ImageGridOptions>): ChartCase => ({
  name,
  shows,
  draw: (width, idPrefix) => imageGrid({ ...spec, width, idPrefix }),
});

const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const CLOTHES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];
const HUNDRED = Array.from({ length: 100 }, (_, i) => `class ${i}`);

/** A smooth curve towards `end` with a small deterministic wobble. */
function curve(length: number, start: number, end: number, rate: number, wobble = 0): number[] {
  return Array.from(
    { length },
    (_, i) => end + (start - end) * Math.exp(-rate * i) + wobble * Math.sin(i * 12.9898) * Math.cos(i * 4.1414),
  );
}

/** A confusion matrix with a strong diagonal and a few known mix-ups. */
function counts(classes: number, perClass: number): number[][] {
  return Array.from({ length: classes }, (_, r) => {
    const row = Array.from({ length: classes }, (__, c) =>
      c === r ? 0 : Math.max(0, Math.round(6 * Math.sin((r + 1) * (c + 3)) + ((r * 7 + c * 5) % 11 === 0 ? 21 : 0))),
    );
    row[r] = perClass + ((r * 37) % 90) - row.reduce((a, b) => a + b, 0);
    return row;
  });
}

function confusion(
  classes: string[],
  percent: (share: number) => string,
): Pick<HeatMapOptions, "xTickLabels" | "yTickLabels" | "values" | "cellLines"> {
  const matrix = counts(classes.length, 980);
  const totals = matrix.map((row) => row.reduce((a, b) => a + b, 0));
  const values = matrix.map((row, r) => row.map((count) => count / totals[r]!));
  const cellLines = values.map((row, r) => row.map((share, c) => [percent(share), String(matrix[r]![c])]));
  return { xTickLabels: classes, yTickLabels: classes, values, cellLines };
}

/** A 28 x 28 stroke that stands for a hand-written digit. */
function stroke(seed: number): Uint8Array {
  const pixels = new Uint8Array(28 * 28);
  for (let t = 0; t < 1; t += 0.004) {
    const x = 14 + 7.5 * Math.sin(t * (4 + seed) + seed);
    const y = 14 + 8.5 * Math.cos(t * (3 + ((seed * 3) % 5)) + seed / 2);
    for (let dy = -2; dy <= 2; dy++) {
      for (let dx = -2; dx <= 2; dx++) {
        const at = Math.round(y + dy) * 28 + Math.round(x + dx);
        const ink = 255 * Math.max(0, 1.35 - Math.hypot(Math.round(x + dx) - x, Math.round(y + dy) - y) / 1.5);
        pixels[at] = Math.max(pixels[at] ?? 0, Math.min(255, ink));
      }
    }
  }
  return pixels;
}

function photo(seed: number): Uint8Array {
  return Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % 32, Math.floor(i / 96), i % 3];
    const inside = Math.hypot(x - 16 - 3 * Math.sin(seed), y - 17) < 7 + (seed % 3);
    return inside ? 60 + 55 * c * ((seed % 3) / 2) + 4 * y : 170 + 20 * c - 3 * y + ((x * 5 + seed * 7) % 13);
  });
}

const en = (share: number): string => (share === 0 ? "0%" : `${(100 * share).toFixed(1)}%`);
const es = (share: number): string => `${(100 * share).toFixed(1).replace(".", ",")} %`;

export const cases: readonly ChartCase[] = [
  line("line-accuracy", "Training and validation share a colour; a mark names the epoch that was kept.", {
    title: "Accuracy per epoch",
    ariaDescription: "Training accuracy rises from 0.86 to 0.99, validation accuracy levels off at 0.97 after ten epochs.",
    xLabel: "Epoch",
    yLabel: "Accuracy",
    series: [
      { name: "Training", values: curve(20, 0.86, 0.994, 0.3, 0.001), colorIndex: 0 },
      { name: "Validation", values: curve(20, 0.9, 0.971, 0.45, 0.002), colorIndex: 0, style: "dashed" },
    ],
    marks: [{ x: 14, label: "kept" }],
  }),
  line("line-loss-two-runs", "Two experiments with two curves each; labels at the ends do not overlap.", {
    title: "Cross-entropy of two models",
    ariaDescription: "Both training losses fall towards 0; the larger model's validation loss rises again after epoch 10.",
    xLabel: "Epoch",
    yLabel: "Loss",
    series: [
      { name: "e1 training", values: curve(50, 1.1, 0.095, 0.18, 0.004), colorIndex: 0 },
      { name: "e1 validation", values: curve(50, 0.9, 0.171, 0.2, 0.006), colorIndex: 0, style: "dashed" },
      { name: "e2 training", values: curve(50, 0.6, 0.0043, 0.25, 0.002), colorIndex: 1 },
      {
        name: "e2 validation",
        values: curve(50, 0.5, 0.09, 0.4, 0.004).map((v, i) => v + 0.0018 * Math.max(0, i - 10)),
        colorIndex: 1,
        style: "dashed",
      },
    ],
    marks: [
      { x: 11, label: "e2 kept" },
      { x: 44, label: "e1 kept" },
    ],
  }),
  line("line-spanish", "Decimal commas and a percent sign after a space.", {
    title: "Exactitud por época",
    ariaDescription: "La exactitud de validación llega al 97,1 %.",
    locale: "es",
    xLabel: "Época",
    yLabel: "Exactitud",
    yFormat: ".1%",
    series: [
      { name: "Entrenamiento", values: curve(12, 0.91, 0.985, 0.4) },
      { name: "Validación", values: curve(12, 0.93, 0.971, 0.5) },
    ],
  }),
  line("line-eight-series", "Eight colours and marker shapes; crowded labels are moved apart.", {
    title: "Validation accuracy of eight regularizers",
    ariaDescription: "All eight models end between 0.955 and 0.981.",
    xLabel: "Epoch",
    yLabel: "Validation accuracy",
    series: ["None", "L1", "L2 1e-5", "L2 0.01", "Dropout 0.1", "Early stopping", "Batch norm", "Dropout + L2"].map(
      (name, i) => ({
        name,
        values: curve(16, 0.88 + 0.006 * i, 0.955 + 0.0037 * ((i * 5) % 8), 0.3 + 0.03 * i, 0.001),
      }),
    ),
  }),
  line("line-gaps", "Missing values leave gaps, a value alone is a dot, NaN ends a line.", {
    title: "A run that diverged",
    ariaDescription: "The loss of the second run is not a number from epoch 9 on.",
    xLabel: "Epoch",
    yLabel: "Loss",
    series: [
      { name: "Steady", values: [0.9, 0.7, null, 0.55, null, null, 0.42, 0.4, 0.38, 0.37, 0.36, 0.36] },
      { name: "Diverged", values: [0.9, 0.95, 1.1, 1.0, 1.3, 1.25, 1.6, 1.9, NaN, NaN, NaN, NaN] },
    ],
  }),
  line("line-one-point", "One value gets round numbers about it.", {
    title: "One epoch",
    ariaDescription: "After one epoch the accuracy is 0.93.",
    xLabel: "Epoch",
    yLabel: "Accuracy",
    series: [{ name: "Training", values: [0.93] }],
  }),
  line("line-constant", "A constant line lies in the middle of its axis.", {
    title: "A constant predictor",
    ariaDescription: "The accuracy is 0.1135 in every epoch.",
    xLabel: "Epoch",
    yLabel: "Accuracy",
    series: [{ name: "m1", values: Array.from({ length: 30 }, () => 0.1135) }],
  }),
  line("line-tiny-values", "Powers of ten instead of a row of zeros.", {
    title: "Training loss close to nothing",
    ariaDescription: "The loss falls from 0.0004 to 0.00003.",
    xLabel: "Epoch",
    yLabel: "Loss",
    series: [{ name: "m3", values: curve(25, 4.2e-4, 3.29e-5, 0.2) }],
  }),
  line("line-empty", "A chart of nothing says so.", {
    title: "No epochs yet",
    ariaDescription: "There is no data yet.",
    xLabel: "Epoch",
    yLabel: "Loss",
    series: [{ name: "Training", values: [] }],
  }),
  line("line-hostile-texts", "Markup, right-to-left text, emoji and very long names are only text.", {
    title:
      '<script>alert("title")</script> & a title that is so long that it has to be wrapped to a second line and is cut where even that is not enough for all of it',
    ariaDescription: "</desc><script>alert(1)</script>",
    xLabel: "العصر",
    yLabel: "דיוק (‮reversed‬)",
    series: [
      { name: "<img src=x onerror=alert(1)>", values: curve(10, 0.5, 0.9, 0.4) },
      { name: "خسارة التدريب", values: curve(10, 0.4, 0.7, 0.4) },
      { name: "🧪👩🏽‍🔬 emoji", values: curve(10, 0.3, 0.69, 0.4) },
      { name: "a_very_long_experiment_name_without_any_space_that_never_ends", values: curve(10, 0.2, 0.5, 0.4) },
    ],
  }),
  heat("heat-mnist", "Row-normalized with counts; zeros step back, the diagonal stands out.", {
    title: "Confusion matrix, test set",
    ariaDescription: "Most digits are recognized in 95 % of the cases or more.",
    xLabel: "Predicted digit",
    yLabel: "True digit",
    ...confusion(DIGITS, en),
    note: "Each row adds up to 100%: the diagonal is the recall of the class.",
  }),
  heat("heat-fashion-spanish", "Long names are slanted; Spanish numbers.", {
    title: "Matriz de confusión, conjunto de prueba",
    ariaDescription: "La mayoría de las clases se reconoce bien; camisa y camiseta se confunden.",
    locale: "es",
    xLabel: "Clase predicha",
    yLabel: "Clase verdadera",
    ...confusion(CLOTHES, es),
    note: "Cada fila suma 100 %.",
  }),
  heat("heat-two-classes", "Few cells stay a sensible size.", {
    title: "Diabetes, fold 3",
    ariaDescription: "81 % of the negatives and 62 % of the positives are recognized.",
    xLabel: "Predicted",
    yLabel: "True",
    xTickLabels: ["negative", "positive"],
    yTickLabels: ["negative", "positive"],
    values: [
      [0.81, 0.19],
      [0.38, 0.62],
    ],
    cellLines: [
      [
        ["81.0%", "81"],
        ["19.0%", "19"],
      ],
      [
        ["38.0%", "20"],
        ["62.0%", "33"],
      ],
    ],
  }),
  heat("heat-shades", "Text is legible on every shade.", {
    title: "Every shade",
    ariaDescription: "One row of cells from 0 to 1.",
    xLabel: "Shade",
    yLabel: "Row",
    xTickLabels: Array.from({ length: 11 }, (_, i) => String(i / 10)),
    yTickLabels: ["a", "b"],
    values: [0, 0.05].map((shift) => Array.from({ length: 11 }, (_, i) => Math.min(1, i / 10 + shift))),
    cellLines: [0, 0.05].map((shift) =>
      Array.from({ length: 11 }, (_, i) => [String(Math.min(100, Math.round(10 * i + 100 * shift)))]),
    ),
  }),
  heat("heat-hundred-classes", "A hundred classes are shaded only; every tenth or so is named.", {
    title: "Confusion matrix, CIFAR-100",
    ariaDescription: "The diagonal dominates for all hundred classes.",
    xLabel: "Predicted class",
    yLabel: "True class",
    ...confusion(HUNDRED, en),
  }),
  bars("bars-per-class", "Three measures for ten classes, values along the bars.", {
    title: "Precision, recall and F1 per class",
    ariaDescription: "All classes lie between 0.93 and 0.99.",
    xLabel: "Digit",
    yLabel: "Score",
    xTickLabels: DIGITS,
    yDomain: [0, 1],
    series: [
      { name: "Precision", values: DIGITS.map((_, i) => 0.96 + 0.02 * Math.sin(i * 2)) },
      { name: "Recall", values: DIGITS.map((_, i) => 0.95 + 0.03 * Math.cos(i * 3)) },
      { name: "F1", values: DIGITS.map((_, i) => 0.955 + 0.02 * Math.sin(i * 2.5)) },
    ],
  }),
  bars("bars-truncated", "An axis that leaves 0 out says so, and the bars are torn.", {
    title: "Recall per garment",
    ariaDescription: "Recall between 0.82 and 0.99; the axis starts at 0.8.",
    xLabel: "Garment",
    yLabel: "Recall",
    xTickLabels: CLOTHES,
    yDomain: [0.8, 1],
    series: [
      { name: "Model A", values: CLOTHES.map((_, i) => 0.9 + 0.08 * Math.sin(i * 2)) },
      { name: "Model B", values: CLOTHES.map((_, i) => (i === 3 ? null : 0.91 + 0.07 * Math.cos(i * 3))) },
    ],
  }),
  bars("bars-negative-spanish", "Bars go down from 0; Spanish numbers.", {
    title: "Cambio frente al modelo original",
    ariaDescription: "La exactitud cambia entre −1,2 y 0,8 puntos.",
    locale: "es",
    xLabel: "Variante",
    yLabel: "Puntos porcentuales",
    xTickLabels: ["L2", "L1", "Dropout", "Parada temprana"],
    series: [{ name: "Cambio", values: [0.35, -1.2, 0.8, -0.4] }],
  }),
  bars("bars-hundred-classes", "A hundred groups still have an axis that can be read.", {
    title: "Recall of a hundred classes",
    ariaDescription: "Recall between 0.2 and 0.8.",
    xLabel: "Class",
    yLabel: "Recall",
    xTickLabels: HUNDRED,
    series: [{ name: "Recall", values: HUNDRED.map((_, i) => 0.5 + 0.3 * Math.sin(i * 1.7)) }],
  }),
  grid("images-misclassified", "Nine digits with what they are and what was predicted.", {
    title: "The first nine misclassified digits",
    ariaDescription: "Nine hand-written digits that the model gets wrong.",
    columns: 3,
    images: Array.from({ length: 9 }, (_, i) => ({
      pixels: stroke(i + 1),
      width: 28,
      height: 28,
      channels: 1 as const,
      caption: [`true ${(i * 3) % 10} · predicted ${(i * 7 + 4) % 10}`],
    })),
  }),
  grid("images-colour", "Colour images with two lines of caption.", {
    title: "Largest losses on CIFAR-10",
    ariaDescription: "Five small photographs.",
    columns: 5,
    images: ["automobile", "bird", "airplane", "a caption that is far too long for its picture", "frog"].map((name, i) => ({
      pixels: photo(i),
      width: 32,
      height: 32,
      channels: 3 as const,
      caption: [name, `loss ${(9.3 - i).toFixed(1)}`],
    })),
  }),
];
