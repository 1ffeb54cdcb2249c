export interface NpyParts {
  descr: string;
  shape: readonly number[];
  fortranOrder?: boolean;
  content: Uint8Array;
  version?: number;
  /** In place of the header's text. */
  header?: string;
}

/** Writes an NPY file. */
export function npyBytes({ descr, shape, fortranOrder = false, content, version = 1, header }: NpyParts): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = header ?? `{'descr': '${descr}', 'fortran_order': ${fortranOrder ? "True" : "False"}, 'shape': ${tuple}, }`;
  const start = version === 1 ? 10 : 12;
  const padded = text.padEnd(Math.ceil((text.length + 1 + start) / 64) * 64 - start - 1) + "\n";
  const head = Buffer.alloc(start);
  head.write("\x93NUMPY", "latin1");
  head[6] = version;
  if (version === 1) head.writeUInt16LE(padded.length, 8);
  else head.writeUInt32LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, "latin1"), content]);
}
