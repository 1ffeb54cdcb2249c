/** Who may import whom: the table that `configs/scripts/checkArrows.ts` holds every source file against. */

export interface PackageRule {
  /** Workspace packages, by folder name, whose public entry points it may import. */
  readonly mayImport: readonly string[];
  /** Of these, the ones it may import types from, and nothing that is there at run time. */
  readonly typesOnly?: readonly string[];
  /** Modules it must never import; each also stands for everything below it. `node:` stands for all of Node's modules. */
  readonly never: readonly string[];
}

const tensorflow = "@tensorflow";
const nodeModules = "node:";

/** The rules of the folders in `packages/`. A package that is missing here fails the check. */
export const packageRules: Readonly<Record<string, PackageRule>> = {
  core: { mayImport: [], never: [nodeModules, tensorflow] },
  files: { mayImport: ["core"], never: [tensorflow] },
  datasets: { mayImport: ["core", "files"], never: [tensorflow] },
  metrics: { mayImport: ["core"], never: [nodeModules, tensorflow] },
  charts: { mayImport: ["core"], never: [nodeModules, tensorflow] },
  runs: { mayImport: ["core", "files"], never: [tensorflow] },
  engine: { mayImport: ["core", "files"], never: ["@tensorflow/tfjs-layers"] },
  graph: { mayImport: ["core", "engine"], never: [] },
  models: { mayImport: ["core", "engine"], never: [] },
  training: {
    mayImport: ["core", "files", "engine", "graph", "models", "metrics", "runs"],
    typesOnly: ["models"],
    never: [],
  },
  report: { mayImport: ["core", "metrics", "runs", "charts"], never: [tensorflow] },
  cli: {
    mayImport: ["core", "files", "datasets", "metrics", "charts", "runs", "engine", "graph", "models", "training", "report"],
    never: [],
  },
  bench: {
    mayImport: ["core", "files", "datasets", "metrics", "charts", "runs", "engine", "graph", "models", "training", "report"],
    never: [],
  },
};

/** The folders in `sites/` import any public entry point but the command line and the benchmark. */
export const siteRule: PackageRule = {
  mayImport: Object.keys(packageRules).filter((name) => name !== "cli" && name !== "bench"),
  never: [],
};
