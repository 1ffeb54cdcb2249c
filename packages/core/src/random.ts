/**
 * Named random streams of one run seed. A stream is keyed by its name, so adding one never shifts another, and it is
 * addressed as TensorFlow's stateless ops are, so `uniform` and `normal` equal `StatelessRandomUniform` and
 * `StatelessRandomNormal` element for element.
 */

import { checkInteger } from "./checks.js";
import { sha256 } from "./hash.js";
import { advanceCounter, philox4x32, type PhiloxBlock, type PhiloxKey } from "./philox.js";

/** The two 64-bit integers that TensorFlow's stateless random ops take as `seed`; both within the safe integers. */
export type SeedPair = readonly [number, number];

export interface RandomStream {
  /** The seed pair that draws the same numbers in a TensorFlow stateless op. */
  readonly seedPair: SeedPair;
  /** The next 32-bit word, an integer in [0, 2^32). */
  uint32(): number;
  /** A float32 in [0, 1), from the low 23 bits of one word. */
  uniform(): number;
  /** A standard normal float32 (Box-Muller, sine first). */
  normal(): number;
  /** An unbiased integer in [0, bound), bound at most 2^32. */
  integer(bound: number): number;
  /** The integers 0 to `length` - 1 in a random order (Fisher-Yates). */
  permutation(length: number): Uint32Array;
}

/**
 * The stream `name` of a run's seed. Equal arguments give equal numbers on every machine.
 *
 * @param seed a whole number from 0 to 2^53 - 1.
 * @throws TareaError when `seed` is not such a number.
 * @example
 * const order = randomStream(7, "order").permutation(60000);
 */
export function randomStream(seed: number, name: string): RandomStream {
  return streamFromSeedPair(streamSeedPair(seed, name));
}

/**
 * The numbers of one step of the stream `name`: 2^34 words of its own for each step, addressed by the counter alone, so that a graph
 * can draw those of any step: the low half of `StatelessRandomUniformV2`'s counter is step * 2^32, key and high half are `scramble`'s.
 *
 * @param step a whole number from 0 to 2^32 - 1.
 * @throws TareaError when `seed` or `step` is not such a number.
 */
export function stepStream(seed: number, name: string, step: number): RandomStream {
  checkInteger("stepStream", "step", step, { min: 0, max: 2 ** 32 - 1 });
  const seedPair = streamSeedPair(seed, name);
  const { key, counter } = scramble(seedPair);
  return new PhiloxStream(seedPair, key, [0, step, counter[2], counter[3]]);
}

/** The seed pair of a named stream: the run's seed, and 53 bits of the name's SHA-256. */
export function streamSeedPair(seed: number, name: string): SeedPair {
  checkInteger("randomStream", "seed", seed, { min: 0 });
  const digest = sha256(name);
  return [seed, Number.parseInt(digest.slice(0, 13), 16)];
}

/** A stream from an explicit seed pair, as TensorFlow's stateless ops start it. */
export function streamFromSeedPair(seedPair: SeedPair): RandomStream {
  const { key, counter } = scramble(seedPair);
  return new PhiloxStream(seedPair, key, counter);
}

/** TensorFlow runs the seed through one block to get the key and the upper half of the counter. */
export function scramble([first, second]: SeedPair): { key: PhiloxKey; counter: PhiloxBlock } {
  const mixed = philox4x32(
    [0, 0, second >>> 0, Math.floor(second / 2 ** 32) >>> 0],
    [first >>> 0, Math.floor(first / 2 ** 32) >>> 0],
  );
  return { key: [mixed[0], mixed[1]], counter: [0, 0, mixed[2], mixed[3]] };
}

class PhiloxStream implements RandomStream {
  readonly seedPair: SeedPair;
  #key: PhiloxKey;
  #counter: PhiloxBlock;
  #block: PhiloxBlock = [0, 0, 0, 0];
  #used = 4;
  #spareNormal: number | undefined;

  constructor(seedPair: SeedPair, key: PhiloxKey, counter: PhiloxBlock) {
    this.seedPair = seedPair;
    this.#key = key;
    this.#counter = counter;
  }

  uint32(): number {
    if (this.#used === 4) {
      this.#block = philox4x32(this.#counter, this.#key);
      this.#counter = advanceCounter(this.#counter, 1);
      this.#used = 0;
    }
    return this.#block[this.#used++]!;
  }

  uniform(): number {
    return toUnitFloat(this.uint32());
  }

  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(Math.max(toUnitFloat(this.uint32()), SMALLEST_UNIFORM)));
    const angle = 2 * Math.PI * toUnitFloat(this.uint32());
    this.#spareNormal = Math.fround(Math.cos(angle) * radius);
    return Math.fround(Math.sin(angle) * radius);
  }

  integer(bound: number): number {
    checkInteger("RandomStream.integer", "bound", bound, { max: 2 ** 32 });
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return word % bound;
  }

  permutation(length: number): Uint32Array {
    checkInteger("RandomStream.permutation", "length", length, { min: 0, max: 2 ** 32 - 1 });
    const order = Uint32Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }
}

const SMALLEST_UNIFORM = Math.fround(1e-7);

/** TensorFlow's conversion: the low 23 bits become the mantissa of a float in [1, 2), less 1. */
function toUnitFloat(word: number): number {
  return (word & 0x7fffff) / 0x800000;
}
