/** The newest Engine API this code was written against. */
export const newestApi = '1.51';
/** Of engine 20.10: the oldest whose BuildKit takes what we send. */
export const oldestApi = '1.41';

/** Compares `1.41` and `1.9` as version numbers: negative when a is older. */
export function compareApi(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number);
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}

/**
 * The API version to speak: the newest both know, and at least the oldest the engine still takes. Undefined for an
 * engine that is too old.
 * @param newest what the engine reports as ApiVersion
 * @param oldest what it reports as MinAPIVersion
 */
export function negotiateApi(newest: string, oldest: string | undefined): string | undefined {
  if (!/^\d+\.\d+$/.test(newest) || compareApi(newest, oldestApi) < 0) return undefined;
  const common = compareApi(newest, newestApi) < 0 ? newest : newestApi;
  return oldest && /^\d+\.\d+$/.test(oldest) && compareApi(common, oldest) < 0 ? oldest : common;
}
