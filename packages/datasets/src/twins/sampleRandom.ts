/**
 * Random numbers for twins: each sample has a generator of its own, started from one Philox block that is addressed by the
 * sample's number, so that a sample never depends on how many are made. Only operations that give the same bits on every
 * machine are used (no logarithm, sine or cosine).
 */

import { philox4x32, scramble, streamSeedPair } from "@tarea/core";

/** Gives sample `index` of a part its generator; the returned object is the same one each time, started anew. */
export function sampleRandoms(seed: number, name: string): (index: number) => SampleRandom {
  const { key, counter } = scramble(streamSeedPair(seed, name));
  const random = new SampleRandom();
  return (index) => {
    random.start(philox4x32([index, 0, counter[2], counter[3]], key));
    return random;
  };
}

/** sfc32 (Chris Doty-Humphrey's "small fast counting" generator), much cheaper per number than a Philox block. */
export class SampleRandom {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 0;

  start([a, b, c, d]: readonly [number, number, number, number]): void {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#counter = d | 0;
    for (let i = 0; i < WARM_UP; i++) this.uint32();
  }

  /** A 32-bit word. */
  uint32(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** In [0, 1). */
  unit(): number {
    return this.uint32() / 4294967296;
  }

  /** Evenly in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** Bell-shaped with mean 0 and standard deviation 1, within ±3: the sum of three even numbers. */
  bell(): number {
    return 2 * (this.unit() + this.unit() + this.unit()) - 3;
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** A whole number in [0, bound); the bias below 2^-24 does not matter to a drawing. */
  below(bound: number): number {
    return Math.floor(this.unit() * bound);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }
}

const WARM_UP = 8;
