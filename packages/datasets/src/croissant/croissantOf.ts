/** Descriptions of data sets in the Croissant format, version 1.1: JSON-LD that catalogues and other tools read. */

import { TareaError, checkInteger, show } from "@tarea/core";
import type { DatasetCard, Splits } from "../dataset.js";
import { loadDataset } from "../loadDataset.js";
import { definitionOf, type DatasetName } from "../registry.js";
import { CROISSANT_CONTEXT, CROISSANT_VERSION } from "./context.js";
import { publicationOf, type Publication } from "./publications.js";
import { recordSetsOf, type JsonObject } from "./recordSets.js";

/** What is described: a card, or as much of one as an own set needs. */
export type CroissantSource = Pick<
  DatasetCard,
  | "name"
  | "title"
  | "description"
  | "licence"
  | "citation"
  | "task"
  | "inputShape"
  | "inputType"
  | "classNames"
  | "columns"
  | "target"
  | "counts"
  | "files"
  | "mirrors"
>;

/** Sets with more samples than this are described without holding them. */
const MOST_SAMPLES = 5000;

/**
 * The Croissant description of a set of this package, files with their addresses, sizes and SHA-256. A set made by formula has no files: its
 * samples are in the description. Opens no socket.
 *
 * @throws TareaError for an unknown name.
 * @example
 * await writeFile("mnist.croissant.json", JSON.stringify(await exportCroissant("mnist"), null, 2));
 */
export async function exportCroissant(name: DatasetName): Promise<JsonObject> {
  const { card } = definitionOf(name);
  const data = card.origin === "formula" ? await loadDataset(name, { offline: true }) : null;
  return croissantOf(card, publicationOf(card), data);
}

/**
 * The Croissant description of any set.
 *
 * @param source what is known of the set; `describeFiles` fills in `files`. A file's address is the first mirror's, else its name.
 * @param publication who published it, when and where.
 * @param data samples of a table to be held in the description, at most 5,000; default none.
 * @throws TareaError when something that the format requires is missing.
 */
export function croissantOf(source: CroissantSource, publication: Publication, data: Splits | null = null): JsonObject {
  const where = "croissantOf";
  for (const name of ["name", "description", "licence"] as const) checkText(where, name, source[name]);
  checkText(where, "publication.url", publication.url);
  if (!URL.canParse(publication.url)) throw fault(where, "publication.url must be an address", publication.url);
  if (!Array.isArray(publication.creators) || publication.creators.length === 0)
    throw fault(where, "publication.creators must name someone");
  if (!/^\d{4}(-\d{2}(-\d{2})?)?$/.test(publication.datePublished)) {
    throw fault(where, "publication.datePublished must be a date such as 2017-08-28", publication.datePublished);
  }
  if (data !== null)
    checkInteger(where, "the number of samples", data.train.labels.data.length + data.test.labels.data.length, {
      max: MOST_SAMPLES,
    });
  const distribution = source.files.map((file) => fileObject(file, source.mirrors[0]));
  const fileIds = distribution.map((each) => each["@id"] as string);
  return {
    "@context": CROISSANT_CONTEXT,
    "@type": "sc:Dataset",
    conformsTo: CROISSANT_VERSION,
    name: source.name,
    alternateName: source.title,
    description: source.description,
    url: publication.url,
    license: publication.licenceUrl ?? source.licence,
    creator: publication.creators.map(({ kind, name }) => ({
      "@type": kind === "person" ? "sc:Person" : "sc:Organization",
      name,
    })),
    datePublished: publication.datePublished,
    version: publication.version ?? "1.0.0",
    citeAs: source.citation,
    keywords: [...(publication.keywords ?? [])],
    isLiveDataset: false,
    variableMeasured: variablesOf(source),
    distribution,
    recordSet: recordSetsOf(source, fileIds, data),
  };
}

function fileObject({ name, sizeBytes, sha256 }: DatasetCard["files"][number], mirror: string | undefined): JsonObject {
  return {
    "@type": "cr:FileObject",
    "@id": encodeURI(name),
    name,
    contentUrl: (mirror ?? "") + encodeURI(name),
    contentSize: `${sizeBytes} B`,
    encodingFormat: mediaType(name),
    sha256,
  };
}

/** Inputs and labels as schema.org's `PropertyValue`s. */
function variablesOf({ columns, target, classNames, inputShape, inputType, task }: CroissantSource): JsonObject[] {
  const variable = (name: string, description: string, unit?: string): JsonObject => ({
    "@type": "sc:PropertyValue",
    name,
    description,
    ...(unit !== undefined && { unitText: unit }),
  });
  const inputs =
    columns.length > 0
      ? columns.map(({ name, what, unit }) => variable(name, what, unit))
      : [variable("input", `One sample: ${inputType} of shape [${inputShape.join(", ")}].`)];
  const label =
    task === "regression"
      ? variable(target?.name ?? "target", target?.what ?? "The number to predict.", target?.unit)
      : variable("label", `Class id, 0 to ${classNames.length - 1}.`);
  return [...inputs, label];
}

const MEDIA_TYPES: readonly (readonly [RegExp, string])[] = [
  [/\.gz$/, "application/gzip"],
  [/\.(zip|npz)$/, "application/zip"],
  [/\.csv$/, "text/csv"],
  [/\.tsv$/, "text/tab-separated-values"],
  [/\.jsonl$/, "application/jsonlines"],
  [/\.json$/, "application/json"],
  [/\.(txt|data|names)$/, "text/plain"],
  [/\.png$/, "image/png"],
  [/\.jpe?g$/, "image/jpeg"],
];

function mediaType(name: string): string {
  return MEDIA_TYPES.find(([pattern]) => pattern.test(name.toLowerCase()))?.[1] ?? "application/octet-stream";
}

function checkText(where: string, name: string, value: unknown): void {
  if (typeof value !== "string" || value.trim() === "")
    throw fault(where, `${name} must be a text that is not empty`, show(value));
}

function fault(where: string, problem: string, received?: string): TareaError {
  return new TareaError({ code: "option", where, problem, received });
}
