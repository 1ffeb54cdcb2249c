/** Writes protocol buffers, as far as ONNX needs them. Long data are kept by reference and copied once, when the message is done. */

const [VARINT, LENGTH, FIXED_32] = [0, 2, 5];

export class ProtobufMessage {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A whole number from -2^53 to 2^53. */
  int(field: number, value: number): this {
    return this.#push(Uint8Array.from([...varint((field << 3) | VARINT), ...varint(value)]));
  }

  float(field: number, value: number): this {
    this.#push(Uint8Array.from(varint((field << 3) | FIXED_32)));
    return this.#push(new Uint8Array(Float32Array.of(value).buffer));
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    this.#open(field, value.length);
    return this.#push(value);
  }

  message(field: number, value: ProtobufMessage): this {
    this.#open(field, value.length);
    for (const part of value.#parts) this.#push(part);
    return this;
  }

  finish(): Uint8Array {
    const whole = new Uint8Array(this.#length);
    let offset = 0;
    for (const part of this.#parts) {
      whole.set(part, offset);
      offset += part.length;
    }
    return whole;
  }

  #open(field: number, length: number): void {
    this.#push(Uint8Array.from([...varint((field << 3) | LENGTH), ...varint(length)]));
  }

  #push(part: Uint8Array): this {
    this.#parts.push(part);
    this.#length += part.length;
    return this;
  }
}

/** Seven bits a byte, the lowest first; a negative number is its 64-bit complement. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}
