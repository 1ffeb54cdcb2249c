/** Numbers, times and dates as the page's language writes them: `0.976` and `97.6%` in English, `0,976` and `97,6 %` in Spanish. */

import type { Locale } from "./strings.js";

const NARROW_SPACE = "\u202f";
const MINUS = "\u2212";

/** A number with a fixed count of decimals; `signed` writes the plus sign too. Not-a-number and infinities are written out. */
export function formatNumber(value: number, locale: Locale, { digits = 0, signed = false } = {}): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : `${MINUS}∞`;
  return write(value, locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: signed ? "exceptZero" : "negative",
  });
}

/** A setting such as a learning rate: as many decimals as it has, at most eight. */
export function formatSetting(value: number, locale: Locale): string {
  return Number.isFinite(value) ? write(value, locale, { maximumFractionDigits: 8 }) : formatNumber(value, locale);
}

/** A share from 0 to 1 as a percentage. */
export function formatPercent(share: number, locale: Locale, digits = 1): string {
  if (!Number.isFinite(share)) return formatNumber(share, locale);
  return write(share, locale, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A whole number with the language's digit groups. */
export function formatCount(value: number, locale: Locale): string {
  return formatNumber(value, locale);
}

/** A duration: `8.4 s` below two minutes, then `3 min 20 s`, then `2 h 05 min`; with a deviation `8.4 ± 0.2 s`. */
export function formatDuration(seconds: number, locale: Locale, deviation: number | null = null): string {
  if (!Number.isFinite(seconds)) return formatNumber(seconds, locale);
  if (seconds < 119.95) {
    const spread = deviation === null ? "" : ` ± ${formatNumber(deviation, locale, { digits: 1 })}`;
    return `${formatNumber(seconds, locale, { digits: 1 })}${spread}\u00a0s`;
  }
  if (deviation !== null) return `${formatDuration(seconds, locale)} ± ${formatDuration(deviation, locale)}`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 120) return `${minutes}\u00a0min ${whole % 60}\u00a0s`;
  return `${Math.floor(minutes / 60)}\u00a0h ${String(minutes % 60).padStart(2, "0")}\u00a0min`;
}

/** A size in bytes, in kB or MB of 1,000. */
export function formatBytes(bytes: number, locale: Locale): string {
  if (bytes < 1e6) return `${formatNumber(bytes / 1e3, locale, { digits: bytes < 1e5 ? 1 : 0 })}\u00a0kB`;
  return `${formatNumber(bytes / 1e6, locale, { digits: 1 })}\u00a0MB`;
}

/** The day of an ISO 8601 time, in UTC, written out. */
export function formatDay(iso: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, { dateStyle: "long", timeZone: "UTC" }).format(
    new Date(iso),
  );
}

function write(value: number, locale: Locale, options: Intl.NumberFormatOptions): string {
  const parts = new Intl.NumberFormat(locale, options).formatToParts(value);
  return parts.map((part) => PART_REPLACEMENT[part.type]?.(part.value, locale) ?? part.value).join("");
}

/** A true minus sign; and Spanish groups digits with a narrow space, since a point there is read as a decimal sign by many. */
const PART_REPLACEMENT: Partial<Record<Intl.NumberFormatPartTypes, (text: string, locale: Locale) => string>> = {
  minusSign: () => MINUS,
  group: (text, locale) => (locale === "es" ? NARROW_SPACE : text),
};
