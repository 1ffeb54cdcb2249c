/** The one engine of this process: the native library cannot be loaded twice, so this is the package's only mutable state. */

import type { Engine } from "./useEngine.js";
import type { NativeParts } from "./loadNative.js";

export const active: { engine: Engine | undefined; native: NativeParts | undefined } = { engine: undefined, native: undefined };
