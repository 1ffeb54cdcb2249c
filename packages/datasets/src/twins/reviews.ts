/** The twin of IMDB: made-up reviews in which the order of the words matters, since praise is often a denied complaint. */

import type { Samples } from "../dataset.js";
import { paddedIds } from "../text/paddedIds.js";
import { COMMON, COMPLAINTS, DENIALS, DEGREES, PRAISE } from "./reviewWords.js";
import { sampleRandoms, type SampleRandom } from "./sampleRandom.js";
import { shuffledLabels } from "./shuffledLabel.js";

/** Goes up whenever any text changes: it is part of the fingerprint. */
export const REVIEW_TWIN_VERSION = 2;

/** Words of the twin in all: more than have an id of their own, as in IMDB. */
const WORDS = 12_000;
/** Of the opinions of a review, the share that agrees with its label. */
const CONSISTENCY = 0.84;
/** Share of the opinions that are said by denying the opposite. */
const DENIED = 0.26;

const CONSONANTS = "bdfghklmnprstvz";
const VOWELS = "aeiou";

let words: readonly string[] | undefined;

/** The words of the twin, the most frequent first: common ones, those of opinions, then ones that mean nothing. */
export function reviewWords(): readonly string[] {
  words ??= makeWords();
  return words;
}

function makeWords(): string[] {
  const made = new Set([...COMMON.slice(0, 40), ...DENIALS, ...DEGREES, ...PRAISE, ...COMPLAINTS, ...COMMON.slice(40)]);
  const syllables = [...CONSONANTS].flatMap((consonant) => [...VOWELS].map((vowel) => consonant + vowel));
  for (let i = 0; made.size < WORDS; i++) {
    const rest = Math.floor(i / syllables.length);
    const first = syllables[rest % syllables.length]!;
    made.add(
      first +
        syllables[i % syllables.length]! +
        (rest < syllables.length ? "n" : syllables[Math.floor(rest / syllables.length)]!),
    );
  }
  return [...made];
}

/** Words without an opinion, each as often in the table as it is to be drawn, by Zipf's law. */
let fillers: readonly string[] | undefined;

function fillerTable(): readonly string[] {
  if (fillers !== undefined) return fillers;
  const opinions = new Set([...DENIALS, ...DEGREES, ...PRAISE, ...COMPLAINTS]);
  const plain = reviewWords().filter((word) => !opinions.has(word));
  return (fillers = plain.flatMap((word, rank) => Array<string>(Math.ceil(6000 / (rank + 3))).fill(word)));
}

/**
 * Writes samples `0` to `count - 1` of a part, each label once in two samples. A bag of words tells about 77 % of the labels, order more than 90 %.
 *
 * Shapes: inputs int32 `[count, 500]`, labels uint8 `[count]`, and the texts.
 */
export function drawReviews(part: "train" | "test", count: number, seed: number): Samples {
  const labelOf = shuffledLabels(sampleRandoms(seed, `twin/imdb/${part}/order`), 2);
  const randomFor = sampleRandoms(seed, `twin/imdb/${part}`);
  const labels = new Uint8Array(count);
  const texts = Array.from({ length: count }, (_, i) => {
    labels[i] = labelOf(i);
    return writeReview(randomFor(i), labels[i]);
  });
  const inputs = paddedIds(texts, reviewWords());
  return { inputs, labels: { dtype: "uint8", shape: [count], data: labels }, texts };
}

function writeReview(random: SampleRandom, label: number): string {
  const opinions = 3 + random.below(7);
  const stretch = 1 + 3 * random.unit() * random.unit();
  let text = "";
  for (let i = 0; i < opinions; i++) {
    const good = random.chance(CONSISTENCY) ? label === 1 : label === 0;
    const clause = [...fill(random, stretch), ...opinion(random, good), ...fill(random, stretch / 2)].join(" ");
    text += clause[0]!.toUpperCase() + clause.slice(1) + random.pick(ENDINGS);
  }
  return text.trimEnd();
}

const ENDINGS = [". ", ". ", ". ", "! ", "... ", ".<br /><br />"];

function opinion(random: SampleRandom, good: boolean): string[] {
  const denied = random.chance(DENIED);
  const degree = random.chance(0.4) ? [random.pick(DEGREES)] : [];
  const word = random.pick(good === denied ? COMPLAINTS : PRAISE);
  return [...(denied ? [random.pick(DENIALS)] : []), ...degree, word];
}

function fill(random: SampleRandom, stretch: number): string[] {
  const table = fillerTable();
  const length = 1 + Math.floor(random.between(3, 14) * stretch);
  return Array.from({ length }, () => random.pick(table));
}
