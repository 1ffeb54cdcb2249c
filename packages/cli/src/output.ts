/** How the command talks: aligned tables and JSON on standard output, progress and errors on standard error. */

import { CommanderError } from "commander";
import { TareaError } from "@tarea/core";

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints rows as columns; the first row is the heading. Columns whose index is in `right` are aligned right. */
export function printTable(rows: readonly (readonly string[])[], right: readonly number[] = []): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      right.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
    );
    process.stdout.write(`${cells.join("  ").trimEnd()}\n`);
  }
}

export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function printError(error: unknown): void {
  if (error instanceof TareaError) note(`error: ${error.message}`);
  else note(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}

/** 0 for help and version, 2 for a wrong call, 1 for everything else. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof CommanderError)) return error instanceof TareaError && error.code === "option" ? 2 : 1;
  return error.exitCode === 0 ? 0 : 2;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB"];
  let value = bytes / 1000;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
