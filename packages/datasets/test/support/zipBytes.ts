import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  name: string;
  content: Uint8Array;
  /** Deflate instead of storing. */
  packed?: boolean;
  /** What the directory claims in place of the truth. */
  claims?: {
    sizeBytes?: number;
    packedBytes?: number;
    crc?: number;
    method?: number;
    flags?: number;
    offset?: number;
    name?: string;
  };
}

/** Writes a zip archive. */
export function zipBytes(entries: readonly ZipEntry[]): Uint8Array {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, packed = false, claims = {} } of entries) {
    const body = packed ? deflateRawSync(content) : Buffer.from(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(claims.flags ?? 0, 8);
    central.writeUInt16LE(claims.method ?? (packed ? 8 : 0), 10);
    central.writeUInt32LE(claims.crc ?? crc32(content), 16);
    central.writeUInt32LE(claims.packedBytes ?? body.length, 20);
    central.writeUInt32LE(claims.sizeBytes ?? content.length, 24);
    central.writeUInt32LE(claims.offset ?? offset, 42);
    const listed = Buffer.from(claims.name ?? name);
    central.writeUInt16LE(listed.length, 28);
    directory.push(central, listed);
    pieces.push(local, Buffer.from(name), body);
    offset += local.length + Buffer.byteLength(name) + body.length;
  }
  const end = Buffer.alloc(22);
  const listing = Buffer.concat(directory);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...pieces, listing, end]);
}
