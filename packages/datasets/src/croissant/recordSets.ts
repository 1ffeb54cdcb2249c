/** The record sets of a Croissant description: splits, classes, samples that are small enough, and files. */

import type { Samples, Splits } from "../dataset.js";
import type { CroissantSource } from "./croissantOf.js";

/** JSON-LD. */
export type JsonObject = Record<string, unknown>;

/** Splits and classes, and the samples themselves where `data` holds them; else what the files hold. */
export function recordSetsOf(source: CroissantSource, fileIds: readonly string[], data: Splits | null): JsonObject[] {
  return [
    splitRecords(source),
    ...(source.classNames.length === 0 ? [] : [classRecords(source.classNames)]),
    ...(data === null ? [] : [sampleRecords(source, data)]),
    ...fileIds.map((id) => fileRecords(source, id)),
  ];
}

function splitRecords({ counts }: CroissantSource): JsonObject {
  const data = [
    { "splits/name": "train", "splits/url": "cr:TrainingSplit" },
    { "splits/name": "test", "splits/url": "cr:TestSplit" },
  ];
  return {
    "@type": "cr:RecordSet",
    "@id": "splits",
    name: "splits",
    description: `${counts.train} samples to train with and ${counts.test} to test with.`,
    dataType: "cr:Split",
    key: { "@id": "splits/name" },
    field: [field("splits", "name", "sc:Text", "Name of the split."), field("splits", "url", "sc:URL", "What it is for.")],
    data,
  };
}

function classRecords(classNames: readonly string[]): JsonObject {
  return {
    "@type": "cr:RecordSet",
    "@id": "classes",
    name: "classes",
    description: "What each label means.",
    dataType: "sc:Enumeration",
    key: { "@id": "classes/id" },
    field: [field("classes", "id", "sc:Integer", "The label."), field("classes", "name", "sc:Text", "Name of the class.")],
    data: classNames.map((name, id) => ({ "classes/id": id, "classes/name": name })),
  };
}

/** Every sample of a table. */
function sampleRecords(source: CroissantSource, { train, test }: Splits): JsonObject {
  const names = source.columns.map((column) => column.name);
  const classification = source.task === "classification";
  const label: JsonObject = {
    ...field("samples", "label", "sc:Integer", source.target?.what ?? "The class."),
    dataType: [classification ? "sc:Integer" : "sc:Float", "cr:Label"],
    ...(classification && { references: { field: { "@id": "classes/id" } } }),
  };
  return {
    "@type": "cr:RecordSet",
    "@id": "samples",
    name: "samples",
    description: "All samples.",
    field: [
      { ...field("samples", "split", "sc:Text", "The part it belongs to."), references: { field: { "@id": "splits/name" } } },
      ...source.columns.map(({ name, what }) => field("samples", name, "sc:Float", what)),
      label,
    ],
    data: [...rowRecords("train", train, names), ...rowRecords("test", test, names)],
  };
}

function rowRecords(split: string, { inputs, labels }: Samples, names: readonly string[]): JsonObject[] {
  return Array.from(labels.data, (label, row) => ({
    "samples/split": split,
    ...Object.fromEntries(names.map((name, column) => [`samples/${name}`, inputs.data[row * names.length + column]!])),
    "samples/label": label,
  }));
}

/** The bytes of each file: binary formats cannot be taken apart in Croissant. */
function fileRecords({ inputShape, inputType }: CroissantSource, id: string): JsonObject {
  const recordSet = `contents/${id}`;
  const bytes = field(recordSet, "bytes", "sc:Text", `The bytes of ${id}.`);
  return {
    "@type": "cr:RecordSet",
    "@id": recordSet,
    name: recordSet,
    description: `The file as published. The set's samples are ${inputType} of shape [${inputShape.join(", ")}], see variableMeasured.`,
    field: [{ ...bytes, source: { fileObject: { "@id": id }, extract: { fileProperty: "content" } } }],
  };
}

function field(recordSet: string, name: string, dataType: string, description: string): JsonObject {
  return { "@type": "cr:Field", "@id": `${recordSet}/${name}`, name, description, dataType };
}
