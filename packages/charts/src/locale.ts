/** Numbers and built-in words in the two languages of reports. */

import { formatLocale, formatSpecifier, precisionFixed } from "d3-format";
import { optionError } from "./options.js";

export type ChartLocale = "en" | "es";

const FORMATS = {
  en: formatLocale({ decimal: ".", thousands: ",", grouping: [3], currency: ["$", ""], percent: "%", minus: "−" }),
  es: formatLocale({
    decimal: ",",
    thousands: "\u202f",
    grouping: [3],
    currency: ["", "\u00a0€"],
    percent: "\u00a0%",
    minus: "−",
  }),
};

const WORDS = {
  en: {
    noData: "No data",
    truncated: (low: string) => `Vertical axis starts at ${low}, not at 0`,
    category: "Category",
    image: "Image",
    caption: "Caption",
    missing: "no value",
  },
  es: {
    noData: "Sin datos",
    truncated: (low: string) => `El eje vertical empieza en ${low}, no en 0`,
    category: "Categoría",
    image: "Imagen",
    caption: "Leyenda",
    missing: "sin valor",
  },
};

/** The words that charts add by themselves. */
export function wordsOf(locale: ChartLocale): (typeof WORDS)["en"] {
  return WORDS[locale];
}

export type NumberFormat = (value: number) => string;

/** A d3-format specifier in the locale: `".1%"` gives 98.2% or 98,2 %. @throws TareaError for one that d3-format refuses. */
export function numberFormat(where: string, name: string, locale: ChartLocale, specifier: string): NumberFormat {
  try {
    formatSpecifier(specifier);
  } catch {
    throw optionError(
      where,
      `${name} is not a number format`,
      JSON.stringify(specifier),
      'Use a d3-format specifier such as ".2f" or ".1%".',
    );
  }
  return FORMATS[locale].format(specifier);
}

/** Numbers of an axis with ticks `step` apart: just the decimals that tell ticks apart, powers of ten when very large or small. */
export function tickFormat(locale: ChartLocale, step: number, largest: number): NumberFormat {
  if (largest >= 1e6 || (largest > 0 && largest < 1e-3)) return (value) => powerOfTen(locale, value, step);
  const decimals = Math.min(12, precisionFixed(step || 1));
  return FORMATS[locale].format(`${largest >= 1e4 ? "," : ""}.${decimals}f`);
}

/** A value on its own, for tables and read-outs: four significant digits more than enough for a chart. */
export function valueFormat(locale: ChartLocale): NumberFormat {
  const plain = FORMATS[locale].format(",.4~r");
  const whole = FORMATS[locale].format(",d");
  return (value) => {
    const size = Math.abs(value);
    if (size >= 1e9 || (size > 0 && size < 1e-3)) return powerOfTen(locale, value, size / 1000);
    return Number.isInteger(value) ? whole(value) : plain(value);
  };
}

/** 0.000032 -> 3.2×10⁻⁵, with the digits that tell numbers `step` apart. */
function powerOfTen(locale: ChartLocale, value: number, step: number): string {
  if (value === 0) return "0";
  const order = (number: number): number => Number(number.toExponential().split("e")[1]);
  const decimals = Math.max(0, Math.min(3, order(value) - order(step || value)));
  const [mantissa, exponent] = value.toExponential(decimals).split("e") as [string, string];
  const digits = [...String(Number(exponent))].map((sign) => SUPERSCRIPTS[sign]).join("");
  return `${FORMATS[locale].format(`.${decimals}~f`)(Number(mantissa))}×10${digits}`;
}

const SUPERSCRIPTS: Record<string, string> = Object.fromEntries(
  [..."-0123456789"].map((sign, i) => [sign, [..."⁻⁰¹²³⁴⁵⁶⁷⁸⁹"][i]!]),
);
