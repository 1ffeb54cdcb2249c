import { inflateSync, crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { encodePng, pngDataUrl } from "../src/png.js";

/** Decodes what the encoder may write: 8-bit grey or RGB, no filter, no interlace. Every checksum is checked. */
function decode(file: Buffer): { width: number; height: number; colorType: number; pixels: Buffer } {
  expect(file.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    const length = file.readUInt32BE(at);
    const body = file.subarray(at + 4, at + 8 + length);
    expect(file.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    chunks.set(body.subarray(0, 4).toString("latin1"), body.subarray(4));
  }
  expect([...chunks.keys()]).toEqual(["IHDR", "IDAT", "IEND"]);
  const header = chunks.get("IHDR")!;
  const [width, height, colorType] = [header.readUInt32BE(0), header.readUInt32BE(4), header[9]!];
  const rows = inflateSync(chunks.get("IDAT")!);
  const stride = width * (colorType === 2 ? 3 : 1) + 1;
  expect(rows.length).toBe(stride * height);
  const pixels = Buffer.concat(Array.from({ length: height }, (_, y) => rows.subarray(y * stride + 1, (y + 1) * stride)));
  return { width, height, colorType, pixels };
}

test.each([
  { width: 28, height: 28, channels: 1 as const },
  { width: 32, height: 32, channels: 3 as const },
  { width: 1, height: 1, channels: 1 as const },
  { width: 300, height: 256, channels: 3 as const },
])("An image of $width x $height x $channels comes back pixel for pixel", ({ width, height, channels }) => {
  const pixels = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * i + 7 * i) & 255);
  const decoded = decode(Buffer.from(encodePng({ pixels, width, height, channels })));
  expect(decoded).toMatchObject({ width, height, colorType: channels === 1 ? 0 : 2 });
  expect(decoded.pixels.equals(pixels)).toBe(true);
});

test("The data URL is the file in base 64", () => {
  const image = { pixels: Uint8Array.of(1, 2, 3, 4, 5, 6), width: 2, height: 1, channels: 3 as const };
  expect(pngDataUrl(image)).toBe(`data:image/png;base64,${Buffer.from(encodePng(image)).toString("base64")}`);
});
