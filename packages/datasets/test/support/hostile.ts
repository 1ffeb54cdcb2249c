/** What every parser must do with bytes that nobody vouches for. */

import fc from "fast-check";
import { TareaError } from "@tarea/core";
import { expect } from "vitest";

export interface HostileParser {
  /** As errors must name it. */
  file: string;
  /** A small file of each kind that it reads. */
  valid: readonly Uint8Array[];
  parse: (bytes: Uint8Array) => unknown;
  /** Whether a file that is cut short may be a shorter file: text without a count of its lines, or whole records. Default false. */
  cutsMayBeFiles?: boolean;
  /** Whether an error may name a row or column in place of an offset. */
  placesAreRows?: boolean;
}

/** Returns, or throws an error that says in which file, where in it, what was expected and what was found. */
export async function answers({ file, parse, placesAreRows }: HostileParser, bytes: Uint8Array): Promise<"read" | "refused"> {
  try {
    await parse(bytes);
    return "read";
  } catch (error) {
    expect(error).toBeInstanceOf(TareaError);
    const { code, file: named, problem, offset, expected, received } = error as TareaError;
    expect({ code, file: named?.slice(0, file.length) }).toEqual({ code: "format", file });
    const facts = [(offset ?? -1) >= 0 || (placesAreRows && /\b(row|column) /.test(problem)), expected, received].map(Boolean);
    expect([(error as Error).message, ...facts]).toEqual([(error as Error).message, true, true, true]);
    return "refused";
  }
}

/** Every beginning of every valid file. */
export async function tryCuts(parser: HostileParser): Promise<void> {
  for (const whole of parser.valid) {
    expect(await answers(parser, new Uint8Array(whole))).toBe("read");
    for (let end = 0; end < whole.length; end++) {
      const answer = await answers(parser, new Uint8Array(whole.subarray(0, end)));
      if (!parser.cutsMayBeFiles) expect([end, answer]).toEqual([end, "refused"]);
    }
  }
}

/** Random bytes, alone and after the beginning of a valid file, and valid files with some bytes changed, left out or doubled. */
export async function tryChanges(parser: HostileParser, { numRuns = 300 } = {}): Promise<void> {
  const { valid } = parser;
  const change = fc.tuple(
    fc.nat(),
    fc.constantFrom("set", "drop", "double"),
    fc.oneof(fc.nat(255), fc.constantFrom(0, 0x7f, 0xff)),
  );
  const changed = fc.tuple(fc.nat(valid.length - 1), fc.array(change, { minLength: 1, maxLength: 5 })).map(([which, changes]) => {
    let bytes = Uint8Array.from(valid[which]!);
    for (const [position, kind, value] of changes) {
      const at = position % (bytes.length + 1);
      if (kind === "set") {
        bytes[at] = value;
        continue;
      }
      const from = kind === "drop" ? at + 1 + (value & 15) : Math.max(0, at - (value & 15));
      bytes = Uint8Array.from(Buffer.concat([bytes.subarray(0, at), bytes.subarray(from)]));
    }
    return bytes;
  });
  const started = fc
    .tuple(fc.nat(valid.length - 1), fc.nat(40), fc.uint8Array({ maxLength: 200 }))
    .map(([which, length, rest]) => Uint8Array.from([...valid[which]!.subarray(0, length), ...rest]));
  const property = fc.asyncProperty(fc.oneof(changed, started, fc.uint8Array({ maxLength: 600 })), async (bytes) => {
    await answers(parser, bytes);
  });
  await fc.assert(property, { seed: 7, numRuns });
}
