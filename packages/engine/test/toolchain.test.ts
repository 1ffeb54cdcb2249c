import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { downloadWithPip } from "../src/fetchWheel.js";
import { failureText, runCommand } from "../src/runCommand.js";
import { findCompiler, findPip } from "../src/toolchain.js";
import { SMALL_WHEEL, temporaryFolder } from "./helpers/smallWheel.js";

/** A folder of small shell programs, to be used as PATH. */
async function programs(scripts: Record<string, string>): Promise<string> {
  const folder = join(await temporaryFolder(), "bin");
  await mkdir(folder);
  for (const [name, body] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${body}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}

describe("findCompiler", () => {
  it("prefers $CXX, which may hold arguments, and goes on when that does not run", async () => {
    const PATH = await programs({ ccache: 'echo "$1 from ccache"', "clang++": "echo clang 19" });
    expect((await findCompiler({ PATH, CXX: "ccache g++" })).program).toEqual({
      command: "ccache",
      args: ["g++"],
      version: "g++ from ccache",
    });
    expect((await findCompiler({ PATH, CXX: "icpc" })).program).toEqual({ command: "clang++", args: [], version: "clang 19" });
  });

  it("says where it looked when there is none", async () => {
    const PATH = await programs({ "g++": "exit 1" });
    expect(await findCompiler({ PATH })).toEqual({ missing: "no C++ compiler found (looked for $CXX, g++, c++, clang++)" });
  });
});

describe("findPip", () => {
  it("takes the first Python that has pip", async () => {
    const PATH = await programs({ python3: "exit 1", python: "echo pip 99" });
    expect((await findPip({ PATH })).program).toEqual({ command: "python", args: ["-m", "pip"], version: "pip 99" });
  });

  it("tells a missing Python from a missing pip", async () => {
    expect(await findPip({ PATH: await programs({}) })).toEqual({ missing: "no Python found (looked for python3, python)" });
    expect(await findPip({ PATH: await programs({ python3: "exit 1" }) })).toEqual({
      missing: "python3 has no pip (python3 -m pip fails)",
    });
  });
});

describe("downloadWithPip", () => {
  const pip = (body: string) => programs({ python3: `if [ "$3" = --version ]; then echo pip 99; exit; fi\n${body}` });
  const TOOLS = process.env["PATH"];

  it("asks for the one file by name, version, tags and hash, and keeps nothing else", async () => {
    const bin = await pip(`
      while [ $# -gt 0 ]; do case "$1" in --dest) dest="$2";; --requirement) cp "$2" "$dest/../requirements.txt" 2>/dev/null; requirement="$2";; esac; shift; done
      cat "$requirement" > "$dest/${SMALL_WHEEL.fileName}"`);
    const destination = join(await temporaryFolder(), "wheel");
    await downloadWithPip(SMALL_WHEEL, { PATH: `${bin}:${TOOLS}` })(destination);
    expect(await readFile(destination, "utf8")).toBe(`small==2.21.0 --hash=sha256:${SMALL_WHEEL.sha256}\n`);
  });

  it.each([
    [
      "a full disk",
      "OSError: [Errno 28] No space left on device",
      /\(exit code 1\): OSError: \[Errno 28\] No space left.* The disk is full: free some space/,
    ],
    ["no network", "ERROR: Could not find a version that satisfies", /Could not find a version.* Check the network connection/],
    ["another file", "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", /DO NOT MATCH THE HASHES.* Check which package index/],
  ])("says what to do about %s", async (_, stderr, message) => {
    const bin = await pip(`echo "${stderr}" >&2; exit 1`);
    const download = downloadWithPip(SMALL_WHEEL, { PATH: `${bin}:${TOOLS}` })(join(await temporaryFolder(), "wheel"));
    await expect(download).rejects.toMatchObject({ code: "download", message: expect.stringMatching(message) as string });
  });
});

describe("runCommand", () => {
  it("ends a program that takes longer than it may", async () => {
    const result = await runCommand(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { limitSeconds: 0.3 });
    expect(result).toMatchObject({ ok: false, failure: "no end after 0.3 s" });
  });

  it("keeps output, exit code and signal apart", async () => {
    const run = (code: string) => runCommand(process.execPath, ["-e", code], { limitSeconds: 20 });
    expect(await run("console.log(1); console.error(2); process.exitCode = 3")).toEqual({
      ok: false,
      stdout: "1\n",
      stderr: "2\n",
      failure: "exit code 3",
    });
    expect(await run("process.kill(process.pid, 'SIGILL')")).toMatchObject({ ok: false, failure: "killed by SIGILL" });
    expect(await runCommand("no-such-program", [], { limitSeconds: 1 })).toMatchObject({ ok: false, failure: "not found" });
  });

  it("finds the line of the output that tells most", () => {
    const result = {
      ok: false,
      stdout: "",
      stderr: "at line 1\nerror: no such header\n}\n\nNode.js v24\n",
      failure: "exit code 1",
    };
    expect(failureText(result)).toBe("error: no such header");
    expect(failureText({ ...result, stderr: "one\ntwo\nthree\n" })).toBe("two | three");
  });
});
