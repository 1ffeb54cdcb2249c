/** Every preset with its counts, taken from the models themselves. */

import { createModel } from "./createModel.js";
import { PRESETS, type Preset } from "./presets.js";
import { summarizeModel } from "./summary.js";

export interface PresetSummary extends Omit<Preset, "build"> {
  totalParams: number;
  trainableParams: number;
  nonTrainableParams: number;
  /** Bytes of all weights as float32. */
  sizeBytes: number;
  /** Multiply-adds for one sample. */
  multiplyAdds: number;
  /** Bytes that the outputs of all layers take for one sample, as training holds them. */
  activationBytes: number;
}

/** Builds each preset for its own data without drawing weights, counts, and disposes it. In the order of `PRESETS`. */
export function summarizePresets(): PresetSummary[] {
  return PRESETS.map(({ build: _, ...preset }) => {
    const model = createModel(preset.id, { seed: null });
    const { totalParams, trainableParams, nonTrainableParams, sizeBytes, multiplyAdds, activationBytes } = summarizeModel(model);
    model.dispose();
    const counts = { totalParams, trainableParams, nonTrainableParams, sizeBytes, multiplyAdds: multiplyAdds!, activationBytes };
    return { ...preset, ...counts };
  });
}
