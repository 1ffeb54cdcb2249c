/** The read-out that all interactive charts share: a box beside the pointer, arrow keys, and a spoken twin. */

export interface Row {
  readonly text: string;
  readonly value?: string;
  /** Class of the series' colour, and whether its line is dashed. */
  readonly color?: string;
  readonly dashed?: boolean;
}

export interface Reading {
  /** Where it is, in the chart's own pixels, and how far it reaches to both sides. */
  readonly x: number;
  readonly reach?: number;
  readonly y: number;
  readonly heading: string;
  readonly rows: readonly Row[];
}

/** One kind of chart. `P` is a position in its data. */
export interface View<P> {
  /** The position nearest to a point of the chart, if there is one. */
  at(x: number, y: number): P | undefined;
  /** The position after a key, from `from` or from the start; undefined for keys that mean nothing. */
  move(from: P | undefined, key: string): P | undefined;
  /** Marks a position in the picture and says what is there. */
  show(position: P): Reading;
  /** Takes the mark away. */
  hide(): void;
}

export interface Readout {
  /** What the chart now lies in. */
  readonly box: HTMLElement;
  clear(): void;
}

const WORDS = {
  en: { role: "interactive chart", help: "Arrow keys move, Escape leaves." },
  es: { role: "gráfico interactivo", help: "Las flechas mueven, Escape sale." },
};

/** Wraps the chart and connects pointer and keys to `view`. */
export function addReadout<P>(chart: SVGSVGElement, view: View<P>, locale: "en" | "es"): Readout {
  const page = chart.ownerDocument;
  const box = page.createElement("div");
  const tip = box.appendChild(page.createElement("div"));
  const status = box.appendChild(page.createElement("div"));
  const words = WORDS[locale] ?? WORDS.en;
  const outer = page.createElement("div");
  outer.className = "tarea-chart-live";
  box.className = "tarea-chart-box";
  tip.className = "tarea-chart-tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  status.className = "tarea-chart-status";
  status.setAttribute("role", "status");
  chart.replaceWith(outer);
  outer.append(box);
  box.prepend(chart);
  nameByLabel(chart);
  box.tabIndex = 0;
  box.setAttribute("role", "application");
  box.setAttribute("aria-roledescription", words.role);
  box.setAttribute("aria-label", `${chart.getAttribute("aria-label") ?? ""}. ${words.help}`);

  let position: P | undefined;
  const clear = (): void => {
    position = undefined;
    view.hide();
    tip.hidden = true;
    status.textContent = "";
  };
  const show = (next: P, speak: boolean): void => {
    position = next;
    const reading = view.show(next);
    fillTip(tip, reading);
    placeTip(tip, chart, reading);
    status.textContent = speak
      ? [reading.heading, ...reading.rows.map(({ text, value }) => (value === undefined ? text : `${text} ${value}`))].join(", ")
      : "";
  };
  const follow = (event: PointerEvent): void => {
    const frame = chart.getBoundingClientRect();
    const { width, height } = chart.viewBox.baseVal;
    const next = view.at(
      ((event.clientX - frame.left) * width) / frame.width,
      ((event.clientY - frame.top) * height) / frame.height,
    );
    if (next === undefined) clear();
    else show(next, false);
  };

  chart.addEventListener("pointermove", follow);
  chart.addEventListener("pointerdown", follow);
  chart.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") clear();
  });
  box.addEventListener("blur", clear);
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (position !== undefined) event.preventDefault();
      clear();
      return;
    }
    const next = view.move(position, event.key);
    if (next === undefined) return;
    event.preventDefault();
    show(next, true);
  });
  return { box, clear };
}

/** A title element would pop up over the read-out; the label names the chart as well. */
function nameByLabel(chart: SVGSVGElement): void {
  const title = [...chart.children].find((child) => child.localName === "title");
  if (title === undefined) return;
  chart.setAttribute("aria-label", title.textContent ?? "");
  chart.removeAttribute("aria-labelledby");
  title.remove();
}

function fillTip(tip: HTMLElement, { heading, rows }: Reading): void {
  const page = tip.ownerDocument;
  const title = page.createElement("div");
  title.className = "tarea-chart-tip-heading";
  title.textContent = heading;
  const lines = rows.map(({ text, value, color, dashed }) => {
    const line = page.createElement("div");
    if (color !== undefined) line.append(swatch(page, color, dashed ?? false));
    const name = line.appendChild(page.createElement("bdi"));
    name.textContent = text;
    if (value !== undefined) line.appendChild(page.createElement("b")).textContent = value;
    return line;
  });
  tip.replaceChildren(title, ...lines);
}

/** A short piece of a series' line. */
export function swatch(page: Document, color: string, dashed: boolean): HTMLElement {
  const line = page.createElement("i");
  line.className = dashed ? `${color} tarea-chart-dashed` : color;
  return line;
}

const GAP = 12;

/** Beside the position, on the side where there is more room, inside the box. */
function placeTip(tip: HTMLElement, chart: SVGSVGElement, { x, y, reach = 0 }: Reading): void {
  tip.hidden = false;
  const { width } = chart.viewBox.baseVal;
  const frame = chart.getBoundingClientRect();
  const scale = frame.width / width || 1;
  const left = x > width / 2 ? (x - reach) * scale - tip.offsetWidth - GAP : (x + reach) * scale + GAP;
  tip.style.left = `${Math.round(Math.max(0, Math.min(left, frame.width - tip.offsetWidth)))}px`;
  tip.style.top = `${Math.round(Math.max(0, Math.min(y * scale - tip.offsetHeight / 2, frame.height - tip.offsetHeight)))}px`;
}
