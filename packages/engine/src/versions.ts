/** What the native engine is made of: versions, the wheels that hold TensorFlow, and the key they give the cache folder. */

import { join } from "node:path";

/** The TensorFlow release whose libraries the native engine uses. */
export const TENSORFLOW_VERSION = "2.21.0";

/** The release of `@tensorflow/tfjs` and of its backends that this package is written for. */
export const TFJS_VERSION = "4.22.0";

/** Raised whenever the way an engine folder is made changes, so that older folders are not taken for newer ones. */
const RECIPE = 3;

export interface Wheel {
  /** Name of the package that pip knows. */
  package: string;
  fileName: string;
  sha256: string;
  sizeBytes: number;
  /** The wheel's tags, for pip: which Python it was built for does not matter to us. */
  python: { version: string; abi: string; platform: string };
  /** The oldest C library that the binaries run with. */
  glibc: readonly [major: number, minor: number];
}

/** The wheels with TensorFlow's libraries, by `<platform>-<arch>` as Node names them. */
export const WHEELS: Readonly<Record<string, Wheel>> = {
  "linux-x64": {
    package: "tensorflow-cpu",
    fileName: "tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
    sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
    sizeBytes: 273_829_956,
    python: { version: "3.11", abi: "cp311", platform: "manylinux_2_27_x86_64" },
    glibc: [2, 27],
  },
  // There is no tensorflow-cpu for this processor: the package of that name without a suffix is the same build.
  "linux-arm64": {
    package: "tensorflow",
    fileName: "tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl",
    sha256: "4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c",
    sizeBytes: 281_828_020,
    python: { version: "3.11", abi: "cp311", platform: "manylinux_2_27_aarch64" },
    glibc: [2, 27],
  },
};

/** `<platform>-<arch>` of this process. */
export function platformName(): string {
  return `${process.platform}-${process.arch}`;
}

/** The folder, below a cache folder, of the engine made from the wheel. */
export function wheelEngineFolder(cacheFolder: string): string {
  return join(cacheFolder, "engine", `tensorflow-${TENSORFLOW_VERSION}-tfjs-node-${TFJS_VERSION}-${platformName()}-r${RECIPE}`);
}

/** The folder, below a cache folder, of the engine made by the installer of `@tensorflow/tfjs-node`. */
export function installerEngineFolder(cacheFolder: string): string {
  return join(cacheFolder, "engine", `installer-tfjs-node-${TFJS_VERSION}-${platformName()}-r${RECIPE}`);
}
