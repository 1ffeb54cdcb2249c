/** IMDB: film reviews, for or against. */

import { defineCard, type DatasetDefinition, type FileContents, type Samples, type Splits } from "../dataset.js";
import { contentOf } from "../formats/contentOf.js";
import { parseReviews } from "../formats/reviews.js";
import { readReviewArchive, readReviewFolder } from "../formats/reviewTree.js";
import { parseWordIndex } from "../formats/wordIndex.js";
import { frequentWords } from "../prepare/text.js";
import { PADDED_IDS, paddedIds } from "../text/paddedIds.js";
import { REVIEW_TWIN_VERSION, drawReviews, reviewWords } from "../twins/reviews.js";

const ARCHIVE = "aclImdb_v1.tar.gz";

const WORD_INDEX = {
  name: "imdb_word_index.json",
  sizeBytes: 1641221,
  sha256: "027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6",
  mirrors: ["https://storage.googleapis.com/tensorflow/tf-keras-datasets/"],
  optional: true,
};

const card = defineCard({
  name: "imdb",
  title: "IMDB reviews",
  description:
    "50,000 film reviews in English, clearly for (7 to 10 of 10 stars) or against (1 to 4). At most 30 of one film, and no film in both parts. " +
    "The inputs are the ids of the last 500 words, numbered as Keras does; the texts lie beside them.",
  source:
    "Andrew L. Maas and others, Stanford: https://ai.stanford.edu/~amaas/data/sentiment/; the ranks of the words are those of Keras",
  licence: "None stated; the authors ask that the paper be cited",
  citation:
    "A. L. Maas, R. E. Daly, P. T. Pham, D. Huang, A. Y. Ng and C. Potts. Learning word vectors for sentiment analysis. ACL, 142-150, 2011.",
  task: "classification",
  modality: "text",
  origin: "files",
  inputShape: [PADDED_IDS.length],
  inputType: "int32",
  classNames: ["negative", "positive"],
  columns: [],
  target: null,
  split: { by: "publisher", how: "As published." },
  counts: { train: 25000, test: 25000 },
  labelCounts: { train: [12500, 12500], test: [12500, 12500] },
  files: [
    {
      name: "train-pos.tsv.gz",
      sizeBytes: 6469907,
      sha256: "aa92cb13cbf6283256e9955e94d41071d808d3ee65397600bcd50f50dd0c82ee",
      unpacked: {
        name: "train-pos.tsv",
        sizeBytes: 16948953,
        sha256: "f815eaa674efdaf4180fabdd672d8d11261881f06e18b5d285816ba6534eb013",
      },
    },
    {
      name: "train-neg.tsv.gz",
      sizeBytes: 6417326,
      sha256: "dccd2f377b63b9024f2b420fc3d08055e8d7a09eb96e087eb44df2156f89a79c",
      unpacked: {
        name: "train-neg.tsv",
        sizeBytes: 16391382,
        sha256: "1e0b2362d0693672ecbc6f11d89d4f5075eb7a7c19bc4680b34d3357615e91d2",
      },
    },
    {
      name: "test-pos.tsv.gz",
      sizeBytes: 6255289,
      sha256: "5c72e119d6d94d0a834d6f687832f26744fb4529fb2ae2735e369870214dcbf8",
      unpacked: {
        name: "test-pos.tsv",
        sizeBytes: 16389746,
        sha256: "0c3cf92af5271d5dd2024a23cd235348a1cb85623ec6c928bf6f071612b9523a",
      },
    },
    {
      name: "test-neg.tsv.gz",
      sizeBytes: 6327589,
      sha256: "6b5a07c4aa2de8c1d0421d19b7ef12ee54aa62dcb6ec7ab769fe851cbe7f19e8",
      unpacked: {
        name: "test-neg.tsv",
        sizeBytes: 16168718,
        sha256: "d7a5b97321bc00c1ecbdfdfdb840756c91654d36474944cdb8d26dec5908a720",
      },
    },
    WORD_INDEX,
  ],
  mirrors: [],
  otherForms: [
    {
      what: "the publisher's archive",
      files: [
        { name: ARCHIVE, sizeBytes: 84125825, sha256: "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe" },
        WORD_INDEX,
      ],
      mirrors: ["https://ai.stanford.edu/~amaas/data/sentiment/"],
    },
  ],
  knownFlaws: [
    "418 reviews repeat an earlier one word for word, most of them within a part, 123 test reviews a training review.",
    "Line breaks are left in the texts as <br />, which gives the word br.",
    "The samples lie in the order of their labels: shuffle them.",
    "Stars are given to films, so a review can praise and still count as negative.",
    "Without imdb_word_index.json the ids are ranks counted here: those of equally frequent words differ from Keras's.",
  ],
});

/** Negative reviews come first, as their label does. */
const SIDES = [
  { name: "neg", ratings: [1, 4] },
  { name: "pos", ratings: [7, 10] },
] as const;

async function parse(contents: FileContents): Promise<Splits> {
  const archive = contents.get(ARCHIVE);
  const lines = archive ? await readReviewArchive(archive, ARCHIVE) : contents;
  const [train, test] = (["train", "test"] as const).map((part) =>
    SIDES.map(({ name, ratings }) => parseReviews(contentOf(lines, `${part}-${name}.tsv.gz`), `${part}-${name}.tsv.gz`, ratings)),
  ) as [string[][], string[][]];
  const index = contents.get(WORD_INDEX.name);
  const vocabulary = index ? parseWordIndex(index, WORD_INDEX.name) : frequentWords(train.flat(), Infinity);
  return { train: toSamples(train, vocabulary), test: toSamples(test, vocabulary), vocabulary };
}

function toSamples(sides: readonly string[][], vocabulary: readonly string[]): Samples {
  const texts = sides.flat();
  const labels = new Uint8Array(texts.length).fill(1, sides[0]!.length);
  return { inputs: paddedIds(texts, vocabulary), labels: { dtype: "uint8", shape: [texts.length], data: labels }, texts };
}

export const imdb: DatasetDefinition<typeof card> = {
  card,
  parse,
  readTree: readReviewFolder,
  twinVersion: REVIEW_TWIN_VERSION,
  twinVocabulary: reviewWords,
  twin: drawReviews,
};
