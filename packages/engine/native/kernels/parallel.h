// Work shared out among threads of our own. A part always runs on the same thread, so that what it has written is still in the cache of its
// core when the same part of the next operation reads it. Results depend on the number of parts, never on that of cores.
#pragma once

namespace tarea {

/** Runs work(context, 0) ... work(context, parts - 1) on the calling thread and, as far as there are cores, beside it; returns when all are done. */
void RunParts(int parts, void (*work)(const void* context, int part), const void* context);

/** `work(part)` for each part, side by side. Parts must not depend on each other. */
template <class Work>
void Parallel(int parts, const Work& work) {
  RunParts(parts, [](const void* context, int part) { (*static_cast<const Work*>(context))(part); }, &work);
}

/** Where a part of `count` things begins; part `parts` begins at the end. */
inline long PartStart(long count, int parts, int part) { return count * part / parts; }

/** Adds to sum[from, to) what `count` other parts have, `each` numbers behind one another. */
inline void AddOthers(const float* others, long each, int count, long from, long to, float* sum) {
  for (int part = 0; part < count; ++part)
    for (long i = from; i < to; ++i) sum[i] += others[part * each + i];
}

/** sum[from, to) of what all parts have: `each` numbers of one part lie behind those of the part before. `sum` may be the first part's. */
inline void AddParts(const float* partial, long each, int parts, long from, long to, float* sum) {
  for (long i = from; i < to; ++i) sum[i] = partial[i];
  AddOthers(partial + each, each, parts - 1, from, to, sum);
}

}  // namespace tarea
