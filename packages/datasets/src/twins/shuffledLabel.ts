/** Labels for twins whose classes are equally frequent. */

import type { SampleRandom } from "./sampleRandom.js";

/** Gives sample i its label: every `classes` samples hold each class once, in a random order of their own. */
export function shuffledLabels(orderFor: (index: number) => SampleRandom, classes: number): (sample: number) => number {
  const order = Array.from({ length: classes }, (_, label) => label);
  let current = -1;
  return (sample) => {
    const block = Math.floor(sample / classes);
    if (block !== current) {
      current = block;
      shuffle(order, orderFor(block));
    }
    return order[sample % classes]!;
  };
}

function shuffle(order: number[], random: SampleRandom): void {
  for (let i = 0; i < order.length; i++) order[i] = i;
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
}
