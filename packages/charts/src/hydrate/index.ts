/** Interaction for charts that are already in the page: read-outs by pointer and keyboard, and switches for series. */

import { heatView, type HeatData } from "./heatView.js";
import { legendPlace, lineView, seriesSwitches, type LineData } from "./lineView.js";
import { addReadout } from "./readout.js";
import { addStyles } from "./styles.js";

/**
 * Adds interaction to every line chart and heat map below `root` that has none yet. Nothing is fetched, and a chart whose
 * data cannot be read stays the picture that it is.
 *
 * @example
 * hydrateCharts(document);
 */
export function hydrateCharts(root: ParentNode): void {
  for (const chart of root.querySelectorAll<SVGSVGElement>("svg.tarea-chart")) {
    if (chart.closest(".tarea-chart-live") !== null) continue;
    const data = readData(chart);
    if (data === undefined) continue;
    addStyles(chart.ownerDocument);
    if (chart.classList.contains("tarea-chart-line")) {
      const hidden = new Set<number>();
      const view = lineView(chart, data as LineData, hidden);
      const readout = addReadout(chart, view, (data as LineData).locale);
      if ((data as LineData).series.length > 1)
        placeSwitches(chart, readout.box, seriesSwitches(chart, data as LineData, hidden, readout.clear));
    } else if (chart.classList.contains("tarea-chart-heat")) {
      addReadout(chart, heatView(chart, data as HeatData), (data as HeatData).locale);
    }
  }
}

/** In place of a legend of one row, else above the chart. */
function placeSwitches(chart: SVGSVGElement, box: Element, switches: HTMLElement): void {
  const top = legendPlace(chart);
  if (top !== undefined) {
    switches.classList.add("tarea-chart-keys");
    switches.style.top = top;
    box.parentElement?.classList.add("tarea-chart-keyed");
  }
  box.before(switches);
}

function readData(chart: SVGSVGElement): unknown {
  try {
    return JSON.parse(chart.querySelector("metadata")?.textContent ?? "") as unknown;
  } catch {
    return undefined;
  }
}
