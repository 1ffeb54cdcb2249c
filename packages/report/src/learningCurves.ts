/** A run's history as two line charts: loss and accuracy, training and validation in each. */

import { lineChart, lineChartTable, type LineChartOptions } from "@tarea/charts";
import type { Run } from "@tarea/runs";
import { formatCount } from "./format.js";
import { stringsFor, type Locale } from "./strings.js";

export interface Panel {
  /** An `<svg>` element. */
  svg: string;
  /** The same numbers as an HTML table. */
  table: string;
  title: string;
}

export interface PanelOptions {
  locale: Locale;
  /** Starts every id of the panel; unique on its page. */
  idPrefix: string;
}

/** Width of a panel's drawing, in pixels: two stand side by side in the text's width, one fills a phone. */
const PANEL_WIDTH = 360;

/** The panels, loss first. A quantity that the run did not record is left out. */
export function learningCurves(run: Run, { locale, idPrefix }: PanelOptions): Panel[] {
  const strings = stringsFor(locale);
  const { history, record } = run;
  const shared = { locale, width: PANEL_WIDTH, showTitle: false, embedStyles: false, xLabel: strings.epoch };
  const panels: LineChartOptions[] = [
    { ...shared, ...named(strings.lossOverEpochs, "loss"), series: seriesOf("loss", "valLoss"), yLabel: strings.loss },
    {
      ...shared,
      ...named(strings.accuracyOverEpochs, "accuracy"),
      series: seriesOf("accuracy", "valAccuracy"),
      yLabel: strings.accuracy,
    },
  ];
  return panels
    .filter(({ series }) => series.length > 0)
    .map((panel) => ({ svg: lineChart(panel), table: lineChartTable(panel), title: panel.title }));

  function named(title: string, suffix: string): Pick<LineChartOptions, "title" | "ariaDescription" | "idPrefix"> {
    const epochs = formatCount(history.epoch.length, locale);
    return {
      title,
      ariaDescription: strings.curvesDescription(title, record.experiment.id, epochs),
      idPrefix: `${idPrefix}-${suffix}`,
    };
  }

  function seriesOf(train: string, validation: string): LineChartOptions["series"] {
    const columns = [
      { name: strings.train, values: history[train] },
      { name: strings.validation, values: history[validation] },
    ];
    return columns.flatMap(({ name, values }, i) =>
      values?.some((value) => value !== null)
        ? [{ name, values, x: history.epoch.map((epoch) => epoch + 1), colorIndex: i }]
        : [],
    );
  }
}
