/** Writes a fact over seeds as inline text, and finds the word for how two facts compare. */

import type { RunStage } from "@tarea/runs";
import { formatBytes, formatCount, formatDuration, formatNumber, formatPercent, formatSetting } from "./format.js";
import type { OverSeeds } from "./results.js";
import type { RunChoice } from "./selectRuns.js";
import type { Locale, ReportStrings } from "./strings.js";

export type FactFormat = "percent" | "points" | "number" | "setting" | "count" | "duration" | "bytes";

/** A value of a run by name, or a number given by the page, such as the source's figure. */
export type FactReference = number | (RunChoice & { value: string; stage?: RunStage | undefined });

export interface FormatFactOptions {
  locale: Locale;
  /** Default: by the fact's name. */
  as?: FactFormat | undefined;
  /** Decimals. Default: 1 of a percentage, 4 of a number. */
  digits?: number | undefined;
  /** Adds the standard deviation where there are several seeds. */
  spread?: boolean;
}

/** The text of a fact, for example `97.6%`, `97,62 ± 0,11 %` or `8.4 s`. */
export function formatFact(name: string, { mean, spread }: OverSeeds, options: FormatFactOptions): string {
  const { locale, as = formatOf(name), digits } = options;
  const deviation = options.spread === true ? spread : null;
  switch (as) {
    case "percent":
      return deviation === null
        ? formatPercent(mean, locale, digits ?? 1)
        : `${formatNumber(mean * 100, locale, { digits: digits ?? 2 })} ± ${formatPercent(deviation, locale, digits ?? 2)}`;
    case "points":
      return formatNumber(mean * 100, locale, { digits: digits ?? 1 });
    case "number":
      return withDeviation((value) => formatNumber(value, locale, { digits: digits ?? 4 }));
    case "setting":
      return formatSetting(mean, locale);
    case "count":
      return withDeviation((value) => formatCount(value, locale));
    case "duration":
      return formatDuration(mean, locale, deviation);
    case "bytes":
      return formatBytes(mean, locale);
  }

  function withDeviation(write: (value: number) => string): string {
    return deviation === null ? write(mean) : `${write(mean)} ± ${write(deviation)}`;
  }
}

/**
 * The word for how `first` stands to `second` when both are rounded to `digits` decimals; null when one is unknown.
 */
export function compareFacts(
  first: number | undefined,
  second: number | undefined,
  digits: number,
  [more, less, same]: readonly [string, string, string],
): string | null {
  if (first === undefined || second === undefined || !Number.isFinite(first) || !Number.isFinite(second)) return null;
  const difference = Math.round(first * 10 ** digits) - Math.round(second * 10 ** digits);
  return difference > 0 ? more : difference < 0 ? less : same;
}

/** A layer's type in the page's language, where the table of texts has it. */
export function layerType(type: string, strings: ReportStrings): string {
  const key = type === "InputLayer" ? "input" : type.toLowerCase();
  return Object.hasOwn(strings.kinds, key) ? strings.kinds[key as keyof ReportStrings["kinds"]] : type;
}

function formatOf(name: string): FactFormat {
  if (/accuracy$/i.test(name)) return "percent";
  if (/seconds$/i.test(name)) return "duration";
  if (/bytes$/i.test(name)) return "bytes";
  if (/loss$/i.test(name) || name === "generalizationGap") return "number";
  if (name.startsWith("config.")) return "setting";
  return "count";
}
