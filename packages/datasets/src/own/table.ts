/** A table as it comes out of a file: columns of numbers or of texts, by name. */

import { didYouMean, type NumericArray } from "@tarea/core";
import { formatError } from "../formats/formatError.js";

export type TableColumn =
  | {
      kind: "numbers";
      /** `[rows]`, or `[rows, length]` where each row has a list; blanks are NaN, so that a column with blanks is float32. */
      values: NumericArray<"uint8" | "int32" | "float32">;
      /** How many rows are blank. */
      blanks: number;
    }
  | {
      kind: "texts";
      values: readonly string[];
    };

export interface Table {
  /** Named in errors. */
  file: string;
  rows: number;
  /** In the order of the file. Any text may be a name, `__proto__` too. */
  columns: ReadonlyMap<string, TableColumn>;
}

/** The column `name`. @throws TareaError that names the nearest when there is none. */
export function columnOf({ file, columns }: Table, name: string): TableColumn {
  const column = columns.get(name);
  if (column !== undefined) return column;
  const names = [...columns.keys()];
  throw formatError({
    file,
    problem: "a column is not there",
    expected: `a column ${JSON.stringify(name)}`,
    received: `${names.slice(0, 20).join(", ")}${names.length > 20 ? ", …" : ""}`,
    hint: didYouMean(name, names) ?? "See the spelling of its name, and the separator.",
    offset: 0,
  });
}
