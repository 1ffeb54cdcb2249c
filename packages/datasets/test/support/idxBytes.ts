/** Writes an IDX file: type code, axis lengths, and the numbers as they lie in the file. */
export function idxBytes(type: number, shape: readonly number[], content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(2, type);
  view.setUint8(3, shape.length);
  for (const [axis, length] of shape.entries()) view.setUint32(4 + 4 * axis, length);
  bytes.set(content, 4 + 4 * shape.length);
  return bytes;
}
