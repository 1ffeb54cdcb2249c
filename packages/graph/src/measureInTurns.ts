/** A race between compiled sessions that differ in how they compute. */

import type { CompiledSession } from "./session.js";

/** Turns that the candidates take, after one that does not count, and the time for each: the best turn counts. */
const TURNS = 5;
const TURN_MILLISECONDS = 50;

/**
 * Milliseconds per step of each session, on steps that are thrown away. Turn by turn, so that what slows the machine down for a while slows
 * all candidates. Long steps have a single turn each.
 */
export function measureInTurns<K>(
  sessions: ReadonlyMap<K, CompiledSession>,
  { batchSize, now }: { batchSize: number; now: () => number },
): Map<K, number> {
  const rows = Uint32Array.from({ length: batchSize }, (_, i) => i);
  const time = (session: CompiledSession, steps: number): number => {
    const start = now();
    session.rehearse(Array.from({ length: steps }, () => rows));
    return (now() - start) / steps;
  };
  const best = new Map<K, number>();
  const turn = (key: K, steps: number): void =>
    void best.set(key, Math.min(best.get(key) ?? Infinity, time(sessions.get(key)!, steps)));
  for (const session of sessions.values()) time(session, 1);
  for (const key of sessions.keys()) turn(key, 1);
  const stepsOf = new Map([...best].map(([key, milliseconds]) => [key, Math.floor(TURN_MILLISECONDS / milliseconds)]));
  for (const [key, steps] of stepsOf) if (steps > 0) time(sessions.get(key)!, steps);
  for (let i = 0; i < TURNS; i++) for (const [key, steps] of stepsOf) if (steps > 0) turn(key, steps);
  return best;
}
