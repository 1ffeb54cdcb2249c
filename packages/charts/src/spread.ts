/** Keeps labels apart: the smallest moves that leave no two closer than `gap`. */

/**
 * Positions in the order of `wanted`, at least `gap` apart and within `[low, high]` when they fit there; each cluster of
 * crowded labels sits centred on where its members wanted to be.
 */
export function spread(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, i) => i).toSorted((a, b) => wanted[a]! - wanted[b]! || a - b);
  const clusters: { members: number[]; start: number; sum: number }[] = [];
  for (const member of order) {
    let cluster = { members: [member], start: wanted[member]!, sum: wanted[member]! };
    let before = clusters.at(-1);
    while (before !== undefined && before.start + before.members.length * gap > cluster.start) {
      clusters.pop();
      const members = [...before.members, ...cluster.members];
      const sum = before.sum + cluster.sum;
      cluster = { members, sum, start: sum / members.length - ((members.length - 1) * gap) / 2 };
      before = clusters.at(-1);
    }
    clusters.push(cluster);
  }
  const places = Array.from(wanted, () => 0);
  for (const { members, start } of clusters) for (const [i, member] of members.entries()) places[member] = start + i * gap;
  return intoBounds(places, order, gap, low, high);
}

function intoBounds(places: number[], order: readonly number[], gap: number, low: number, high: number): number[] {
  for (const [i, member] of order.entries()) places[member] = Math.max(places[member]!, low + i * gap);
  for (const [i, member] of order.toReversed().entries()) places[member] = Math.min(places[member]!, high - i * gap);
  return places;
}
