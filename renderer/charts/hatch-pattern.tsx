import type { OwnerColor } from './owners.ts';

/** What is untraced is hatched; a `<pattern>` has to be in each drawing that uses it. */
export function HatchPattern({ id }: { readonly id: string }) {
  return (
    <pattern id={id} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="8" height="8" fill="var(--owner-untraced)" />
      <rect width="3" height="8" fill="var(--owner-untraced-stripe)" />
    </pattern>
  );
}

/** What to fill an owner's areas with, in a drawing with a HatchPattern of this id. */
export function ownerFill(color: OwnerColor, hatch: string): string {
  return color === 'untraced' ? `url(#${hatch})` : `var(--owner-${color})`;
}
