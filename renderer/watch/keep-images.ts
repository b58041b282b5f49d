import type { BuildResult, LastGood } from '../../shared/model/build.ts';
import type { VariantDocument } from '../../shared/model/project-document.ts';

/** Whether a variant's image is of an earlier build than the one that failed or was cancelled. */
export function isOlder({ image, build }: Pick<VariantDocument, 'image' | 'build'>): boolean {
  return image !== null && build.status !== 'built';
}

/**
 * The result, where a variant without an image has the one it came to last: its files, stages and lines are of that
 * image, its build and its error are the new ones.
 */
export function keepImages(result: BuildResult): BuildResult {
  const { document, lastGood = {} } = result;
  const kept = new Map(
    document.variants.flatMap(({ name, image }) =>
      image === null && Object.hasOwn(lastGood, name) ? [[name, lastGood[name]!] as const] : [],
    ),
  );
  if (kept.size === 0) return result;
  const good = [...kept];
  return {
    ...result,
    document: {
      ...document,
      variants: document.variants.map((variant) => {
        const before = kept.get(variant.name)?.variant;
        return before ? { ...before, build: keptBuild(variant, before) } : variant;
      }),
      groups: document.groups.map((group) => ({
        ...group,
        // The others go on being held against a baseline that failed.
        baseline:
          group.baseline ?? group.rows.find(({ variant }) => kept.get(variant)?.isBaseline)?.variant ?? null,
        // What was said of the difference was said of another pair.
        rows: group.rows.map((row) =>
          kept.has(row.variant) ? { ...row, live: liveOf(kept.get(row.variant)!), difference: null } : row,
        ),
      })),
    },
    handles: { ...result.handles, ...Object.fromEntries(good.map(([name, { handle }]) => [name, handle])) },
    stages: { ...result.stages, ...Object.fromEntries(good.map(([name, { stages }]) => [name, stages])) },
  };
}

/** How it ended is of the new build; how its layers came, and what the image is called, of the one that made it. */
function keptBuild({ build }: VariantDocument, before: VariantDocument): VariantDocument['build'] {
  const { tag, transport, bytesRead } = before.build;
  return { ...build, tag, transport, bytesRead };
}

function liveOf({ variant }: LastGood): number | null {
  return variant.image?.sizes.live ?? null;
}
