/**
 * Runs works in turn, round after round, so that what slows the machine down for a while slows all of them. A round
 * before them warms the files' cache and is not counted.
 */
export async function interleaved<T, Name extends string>(
  { runs, signal }: { readonly runs: number; readonly signal: AbortSignal },
  works: Readonly<Record<Name, () => Promise<T>>>,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(works) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<Name, T[]>;
  for (let round = 0; round <= runs; round++) {
    for (const name of names) {
      signal.throwIfAborted();
      const result = await works[name]();
      if (round > 0) results[name].push(result);
    }
  }
  return results;
}
