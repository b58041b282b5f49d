const steps: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1000,
  kb: 1000,
  m: 1000 ** 2,
  mb: 1000 ** 2,
  g: 1000 ** 3,
  gb: 1000 ** 3,
  t: 1000 ** 4,
  tb: 1000 ** 4,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};

/** Bytes as people write them: `10 MB`, `1.5kB`, `2 MiB`, `300`; undefined where it is no size. */
export function parseBytes(text: string): number | undefined {
  const match = /^([\d,]+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const unit = match?.[2]?.toLowerCase() ?? '';
  if (!match || !Object.hasOwn(steps, unit)) return undefined;
  const bytes = Math.round(Number(match[1]!.replaceAll(',', '')) * steps[unit]!);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
