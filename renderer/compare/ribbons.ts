import type { OwnerShare } from '../charts/owner-shares.ts';
import type { Owner } from '../charts/owners.ts';

/** The area between two upright edges of this thickness, from the top of one to the top of the other. */
export function ribbonPath(x0: number, y0: number, x1: number, y1: number, thickness: number): string {
  const middle = short((x0 + x1) / 2);
  const [left, right, top0, top1] = [short(x0), short(x1), short(y0), short(y1)];
  const [bottom0, bottom1] = [short(y0 + thickness), short(y1 + thickness)];
  return (
    `M${left} ${top0}C${middle} ${top0} ${middle} ${top1} ${right} ${top1}V${bottom1}` +
    `C${middle} ${bottom1} ${middle} ${bottom0} ${left} ${bottom0}Z`
  );
}

export interface Stripe {
  readonly owner: Owner;
  readonly bytes: number;
  /** From the top. */
  readonly offset: number;
  readonly thickness: number;
}

/** A thickness divided among those who have bytes, in their order. */
export function stripes(shares: readonly OwnerShare[], thickness: number): readonly Stripe[] {
  const total = shares.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  if (total <= 0) return [];
  let before = 0;
  return shares.flatMap(({ owner, bytes }) => {
    if (!bytes) return [];
    const stripe = {
      owner,
      bytes,
      offset: (before / total) * thickness,
      thickness: (bytes / total) * thickness,
    };
    before += bytes;
    return [stripe];
  });
}

/** To a hundredth of a pixel. */
function short(value: number): number {
  return Math.round(value * 100) / 100;
}
