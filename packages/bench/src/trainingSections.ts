/** What `bench:training` measures besides the race: compiling, memory, prediction, seeds side by side, growth and the machine's peak. */

import { availableParallelism } from "node:os";
import type { BenchModel } from "./benchModel.js";
import { compiled, contestantsFor, type Contestant } from "./contestants.js";
import type { Answer, Job, Measurement } from "./job.js";
import type { RunContestant } from "./runContestant.js";

export interface SectionOptions {
  models: readonly BenchModel[];
  /** Measured seconds per contestant. */
  seconds: number;
  run: RunContestant;
  log: (line: string) => void;
}

/** A row of a section's table; also the JSON. */
export type SectionRow = Record<string, string | number>;

export const SECTIONS = { compile, memory, predict, seeds, growth, peak } as const;
export type SectionName = keyof typeof SECTIONS;

const PLAIN = { precision: "float32", tuned: false } as const;
const SEED = 1;
const BATCH_SIZE = 128;
const CORES = availableParallelism();
const MNIST_IMAGES = 10_000;

/** Seconds from the model to the end of the first step, over a step's own time. */
async function* compile({ models, ...options }: SectionOptions): AsyncGenerator<SectionRow> {
  for (const model of models) {
    const { warmUpSeconds, msPerStep } = await measure(ours(1, 1), jobFor(model, { task: "compile" }, options), options);
    yield { model: model.name, "first step, s": warmUpSeconds, "later step, s": msPerStep / 1000 };
  }
}

/** Peak resident memory of the fastest of our settings and of Keras `fit`, each in a process of its own. */
async function* memory({ models, ...options }: SectionOptions): AsyncGenerator<SectionRow> {
  for (const model of models) {
    const own = await fastest(oursAll(model), jobFor(model, {}, options), options);
    const keras = contestantsFor(model, { ...PLAIN, families: ["keras"] }).find(({ family }) => family === "keras")!;
    const peer = await measure(keras, jobFor(model, keras.settings, options), options);
    const ratio = own.peakBytes / peer.peakBytes;
    yield { model: model.name, "ours, MB": own.peakBytes / 1e6, "keras, MB": peer.peakBytes / 1e6, ratio };
  }
}

/** Milliseconds for 10,000 MNIST images, each side at its best settings. */
async function* predict({ models, ...options }: SectionOptions): AsyncGenerator<SectionRow> {
  const wanted = [models.find(({ name }) => name === "e2"), models.find(({ name }) => name === "d4")];
  for (const spec of wanted) {
    if (spec === undefined) continue;
    const inputShape = spec.name === "d4" ? [28, 28, 1] : spec.inputShape;
    const model: BenchModel = { ...spec, samples: MNIST_IMAGES, inputShape };
    const race = async (contestants: readonly Contestant[], batchSizes: readonly number[]) => {
      let best = Infinity;
      for (const contestant of contestants) {
        for (const batchSize of batchSizes) {
          const job = { ...jobFor(model, contestant.settings, options), batchSize };
          best = Math.min(best, (await measure(contestant, job, options)).msPerStep);
        }
      }
      return best;
    };
    const row = {
      ours: await race(
        oursAll(spec).map((one) => ({ ...one, settings: { ...one.settings, task: "predict" } })),
        [BATCH_SIZE],
      ),
      keras: await race(kerasPredicting(), [1000, MNIST_IMAGES]),
      pytorch: await race(torchPredicting(spec), [1000, MNIST_IMAGES]),
    };
    yield {
      model: spec.name === "d4" ? "LeNet-5" : spec.name,
      "ours, ms": row.ours,
      "keras, ms": row.keras,
      "pytorch, ms": row.pytorch,
      ratio: Math.min(row.keras, row.pytorch) / row.ours,
    };
  }
}

/** Seconds for 1 to 4 seeds in processes of their own, as many at once as there are cores, against one after the other. */
async function* seeds({ models, ...options }: SectionOptions): AsyncGenerator<SectionRow> {
  const model = models.find(({ name }) => name === "e2") ?? models[0]!;
  const job = { ...jobFor(model, ours(1, 1).settings, options), seconds: 0, minimumEpochs: Math.ceil(options.seconds * 5) };
  let alone = 0;
  for (let count = 1; count <= 4; count++) {
    const waiting = Array.from({ length: count }, (_, i) => ({ ...job, seed: i + 1 }));
    const begin = performance.now();
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await measure(ours(1, 1), next, options);
    };
    await Promise.all(Array.from({ length: Math.min(count, CORES) }, lane));
    const elapsed = (performance.now() - begin) / 1000;
    if (count === 1) alone = elapsed;
    const serial = alone * count;
    yield { model: model.name, seeds: count, "side by side, s": elapsed, "one by one, s": serial, gain: serial / elapsed };
  }
}

/** Time per sample as batches grow, and per epoch as data grow: flat where time is linear. */
async function* growth({ models, ...options }: SectionOptions): AsyncGenerator<SectionRow> {
  for (const model of models) {
    for (const batchSize of [32, 64, 128, 256, 512]) {
      const job = {
        ...jobFor(model, {}, options),
        model: { ...model, samples: Math.max(model.samples, 4 * batchSize) },
        batchSize,
      };
      const { msPerStep } = await fastest(oursAll(model), job, options);
      yield {
        model: model.name,
        "batch size": batchSize,
        samples: job.model.samples,
        "us per sample": (1000 * msPerStep) / batchSize,
      };
    }
    for (const times of [1, 2, 4]) {
      const job = { ...jobFor(model, {}, options), model: { ...model, samples: model.samples * times } };
      const { msPerStep } = await fastest(oursAll(model), job, options);
      const { samples } = job.model;
      yield { model: model.name, "batch size": BATCH_SIZE, samples, "us per sample": (1000 * msPerStep) / BATCH_SIZE };
    }
  }
}

/** The best float32 matrix product of the machine, then the share of it that the largest models reach while they train. */
async function* peak({ models, ...options }: SectionOptions): AsyncGenerator<SectionRow> {
  const products: { what: string; gflops: number }[] = [];
  for (const threads of new Set([1, CORES])) {
    for (const size of [512, 1024, 2048, 4096]) {
      const job = jobFor(models[0]!, { task: "matMul", size }, options);
      const { msPerStep } = await measure(ours(threads, 1), job, options);
      products.push({ what: `matrix product ${size}, threads ${threads}`, gflops: (2 * size ** 3) / msPerStep / 1e6 });
    }
  }
  const most = Math.max(...products.map(({ gflops }) => gflops));
  for (const { what, gflops } of products) yield { what, "GFLOP/s": gflops, share: gflops / most };
  for (const model of models.filter(({ name }) => LARGE.includes(name))) {
    const { msPerStep, multiplyAdds } = await fastest(oursAll(model), jobFor(model, {}, options), options);
    const gflops = (2 * PASSES * BATCH_SIZE * (multiplyAdds ?? 0)) / msPerStep / 1e6;
    yield { what: `${model.name}, training`, "GFLOP/s": gflops, share: gflops / most };
  }
}

const LARGE = ["c10a", "c10b", "d3"];
/** Forward, and back to the inputs and to the weights. */
const PASSES = 3;

function ours(threads: number, shards: number): Contestant {
  return compiled({ threads, shards, operations: CORES });
}

function oursAll(model: BenchModel): Contestant[] {
  return contestantsFor(model, { ...PLAIN, families: [] });
}

function kerasPredicting(): Contestant[] {
  return [false, true].map((jit) => ({
    name: `keras predict${jit ? " jit" : ""}`,
    family: "keras",
    settings: { jit },
    program: "keras_predict.py",
    env: { TF_CPP_MIN_LOG_LEVEL: "2" },
  }));
}

function torchPredicting(model: BenchModel): Contestant[] {
  return contestantsFor(model, { ...PLAIN, families: ["pytorch"] })
    .filter(({ family, settings }) => family === "pytorch" && settings["loader"] === false)
    .map((contestant) => ({ ...contestant, program: "torch_predict.py" }));
}

function jobFor(model: BenchModel, settings: Job["settings"], { seconds }: Pick<SectionOptions, "seconds">): Job {
  return { model, batchSize: BATCH_SIZE, seconds, minimumEpochs: 1, seed: SEED, settings };
}

async function fastest(
  contestants: readonly Contestant[],
  job: Job,
  options: Omit<SectionOptions, "models">,
): Promise<Measurement> {
  let best: Measurement | undefined;
  for (const contestant of contestants) {
    const result = await measure(contestant, { ...job, settings: { ...contestant.settings, ...job.settings } }, options);
    if (best === undefined || result.msPerStep < best.msPerStep) best = result;
  }
  return best!;
}

const SKIPPED: Measurement = { msPerStep: Infinity, warmUpSeconds: Infinity, peakBytes: Infinity, parameters: 0 };

/** What cannot be run has no time. */
async function measure(contestant: Contestant, job: Job, { run, log }: Omit<SectionOptions, "models">): Promise<Measurement> {
  const answer: Answer = await run(contestant, job);
  const title = `${job.model.name}, batch ${job.batchSize}: ${contestant.name}`;
  if ("skipped" in answer) {
    log(`${title}: left out: ${answer.skipped}`);
    return SKIPPED;
  }
  log(`${title}: ${answer.msPerStep.toFixed(3)} ms`);
  return answer;
}
