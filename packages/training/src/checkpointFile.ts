/** A checkpoint as one file, so that it is whole or absent: magic, header length, JSON header, float32 arrays. */

import { createHash } from "node:crypto";
import { TareaError } from "@tarea/core";
import type { TrainingState } from "@tarea/graph";
import type { History } from "@tarea/runs";
import type { EpochSums } from "./trainModel.js";

export const CHECKPOINT_PATH = "checkpoint/state.bin";

export interface StoredCheckpoint {
  /** The run's `configHash`: a checkpoint only continues the run that wrote it. */
  configHash: string;
  epoch: number;
  stepInEpoch: number;
  sums: EpochSums;
  history: History;
  state: TrainingState;
}

interface Header extends Omit<StoredCheckpoint, "state"> {
  step: number;
  lengths: number[];
  sha256: string;
}

const MAGIC = "TAREACP1";
const PREFIX_BYTES = MAGIC.length + 4;

export function encodeCheckpoint({ state, ...rest }: StoredCheckpoint): Uint8Array {
  const body = Buffer.concat(state.arrays.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)));
  const lengths = state.arrays.map((array) => array.length);
  const header = Buffer.from(JSON.stringify({ ...rest, step: state.step, lengths, sha256: sha256Of(body) } satisfies Header));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.write(MAGIC, "latin1");
  prefix.writeUInt32LE(header.length, MAGIC.length);
  return Buffer.concat([prefix, header, body]);
}

/** @throws TareaError when the bytes are not a whole, unchanged checkpoint. */
export function decodeCheckpoint(bytes: Buffer, file: string): StoredCheckpoint {
  if (bytes.length < PREFIX_BYTES || bytes.toString("latin1", 0, MAGIC.length) !== MAGIC)
    throw damaged(file, "it does not begin as one");
  const headerEnd = PREFIX_BYTES + bytes.readUInt32LE(MAGIC.length);
  if (headerEnd > bytes.length) throw damaged(file, "it is cut short");
  const { step, lengths, sha256, ...rest } = parseHeader(bytes.subarray(PREFIX_BYTES, headerEnd), file);
  const body = bytes.subarray(headerEnd);
  if (body.length !== 4 * lengths.reduce((sum, length) => sum + length, 0) || sha256Of(body) !== sha256) {
    throw damaged(file, "its weights are not the ones that were written");
  }
  const aligned = new Float32Array(body.buffer.slice(body.byteOffset, body.byteOffset + body.length));
  let offset = 0;
  const arrays = lengths.map((length) => aligned.subarray(offset, (offset += length)));
  return { ...rest, state: { step, arrays } };
}

function parseHeader(bytes: Buffer, file: string): Header {
  try {
    const header = JSON.parse(bytes.toString("utf8")) as Header;
    if (Array.isArray(header.lengths) && header.lengths.every((length) => Number.isSafeInteger(length) && length >= 0))
      return header;
  } catch {
    // Reported below, like a header of the wrong form.
  }
  throw damaged(file, "its header cannot be read");
}

function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function damaged(file: string, fault: string): TareaError {
  return new TareaError({ code: "checkpoint", where: "resume", problem: `${file} is not a usable checkpoint: ${fault}`, file });
}
