export interface TarEntry {
  name: string;
  content?: Uint8Array | string;
  /** The type character; default a plain file. */
  type?: string;
  /** The size that the header claims; default the content's. */
  sizeBytes?: number;
  prefix?: string;
}

/** Writes a tar archive (ustar). */
export function tarBytes(entries: readonly TarEntry[]): Uint8Array {
  const blocks = entries.flatMap(({ name, content = "", type = "0", sizeBytes, prefix = "" }) => {
    const body = Buffer.from(content as string);
    const header = Buffer.alloc(512);
    header.write(name, 0, 100);
    header.write("0000644\0", 100);
    header.write(`${(sizeBytes ?? body.length).toString(8).padStart(11, "0")}\0`, 124);
    header.write(type, 156);
    header.write("ustar\u000000", 257, "latin1");
    header.write(prefix, 345);
    header.write("        ", 148);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** A record of a pax header. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length++;
  return `${length}${rest}`;
}
