import type { GroupDocument, ProjectDocument, VariantDocument } from '../../shared/model/project-document.ts';
import { compareAddress, variantAddress } from '../addresses.ts';

/**
 * The view a finished build leads to: the baseline against the best variant of its group, of the only variant its
 * image; undefined where nothing was built.
 */
export function resultAddress(folder: string, document: ProjectDocument): string | undefined {
  const built = document.variants.filter((variant) => variant.image);
  const byName = new Map(built.map((variant) => [variant.name, variant]));
  const pairs = document.groups.map((group) => pairOf(group, byName)).filter((pair) => pair !== undefined);
  // Groups are in the project's order; one with a baseline says more than one without.
  const pair = pairs.find(({ baseline }) => baseline) ?? pairs[0];
  if (pair) return compareAddress(folder, pair.left, pair.right);
  const [first, second] = built;
  if (first && second) return compareAddress(folder, first.name, second.name);
  return first && variantAddress(folder, first.name);
}

function pairOf(group: GroupDocument, built: ReadonlyMap<string, VariantDocument>) {
  const variants = group.rows.map((row) => built.get(row.variant)).filter((variant) => variant !== undefined);
  const baseline = variants.find((variant) => variant.name === group.baseline);
  const left = baseline ?? variants[0];
  if (!left) return undefined;
  const right = variants.filter((variant) => variant !== left).sort(compareBest)[0];
  return right && { left: left.name, right: right.name, baseline: baseline !== undefined };
}

/** Multi-stage first, stages last; then the smallest, of unknown size last. */
function compareBest(a: VariantDocument, b: VariantDocument): number {
  return rank(a) - rank(b) || live(a) - live(b);
}

function rank({ kind }: VariantDocument): number {
  return kind === 'multi-stage' ? 0 : kind === 'single-stage' ? 1 : 2;
}

function live({ image }: VariantDocument): number {
  return image?.sizes.live ?? Number.MAX_SAFE_INTEGER;
}
