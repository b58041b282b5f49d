import type { BuildResult } from '../../shared/model/build.ts';
import type { VariantDocument } from '../../shared/model/project-document.ts';

/** Whether a variant's image is of an earlier build than the one that failed. */
export function isOlder({ image, build }: Pick<VariantDocument, 'image' | 'build'>): boolean {
  return image !== null && build.status === 'failed';
}

/**
 * The newer result, where a variant that failed keeps the image it had before: its files, stages and lines are of that
 * image, its build and its error are the new ones.
 */
export function keepImages(newer: BuildResult, older: BuildResult | undefined): BuildResult {
  const before = new Map(older?.document.variants.map((variant) => [variant.name, variant]));
  const kept = newer.document.variants.flatMap(({ name, image, build }) => {
    const variant = before.get(name);
    const failed = image === null && build.status === 'failed';
    return failed && variant?.image ? [[name, { ...variant, build }] as const] : [];
  });
  if (!older || kept.length === 0) return newer;
  const variants = new Map<string, VariantDocument>(kept);
  const { document } = newer;
  return {
    ...newer,
    document: {
      ...document,
      variants: document.variants.map((variant) => variants.get(variant.name) ?? variant),
      groups: document.groups.map((group) => ({
        ...group,
        baseline: keptBaseline(group.context, older, variants) ?? group.baseline,
        // What was said of the difference was said of another pair.
        rows: group.rows.map((row) =>
          variants.has(row.variant)
            ? { ...row, live: variants.get(row.variant)!.image!.sizes.live, difference: null }
            : row,
        ),
      })),
    },
    handles: withNames(newer.handles, older.handles, variants),
    stages: withNames(newer.stages, older.stages, variants),
  };
}

/** The others go on being held against a baseline that failed. */
function keptBaseline(
  context: string,
  { document }: BuildResult,
  kept: ReadonlyMap<string, unknown>,
): string | undefined {
  const baseline = document.groups.find((group) => group.context === context)?.baseline;
  return baseline != null && kept.has(baseline) ? baseline : undefined;
}

function withNames<T>(
  newer: Readonly<Record<string, T>>,
  older: Readonly<Record<string, T>>,
  names: ReadonlyMap<string, unknown>,
): Record<string, T> {
  const own = Object.entries(newer);
  const taken = Object.entries(older).filter(([name]) => names.has(name));
  return Object.fromEntries([...own, ...taken]);
}
