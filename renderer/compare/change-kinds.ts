import { ChangeKind, type ChangeTotals } from '../../shared/model/comparison-document.ts';

export const kinds = [...ChangeKind.options, 'same'] as const;
export type Kind = (typeof kinds)[number];

/** In the order people look for them. */
export const kindOrder: readonly Kind[] = ['removed', 'added', 'changed', 'moved', 'metadata', 'same'];

export const kindSigns: Record<Kind, string> = {
  removed: '−',
  added: '+',
  changed: '≠',
  moved: '→',
  metadata: '~',
  same: '=',
};

const kindTitles: Record<Exclude<Kind, 'removed' | 'added'>, string> = {
  changed: 'Other content, or another kind of entry',
  moved: 'Equal content at another path',
  metadata: 'Equal content; mode, owner, extended attributes or hard links differ',
  same: 'Equal in both',
};

/** What the two sides are called where they stand beside each other. */
export interface SideNames {
  readonly left: string;
  readonly right: string;
  /** In a sentence: `the left image`. */
  readonly leftImage: string;
  readonly rightImage: string;
}

export const leftAndRight: SideNames = {
  left: 'Left',
  right: 'Right',
  leftImage: 'the left image',
  rightImage: 'the right image',
};

/** A kind in a word or two: `only left`. */
export function kindWord(kind: Kind, { left, right }: SideNames): string {
  if (kind === 'removed') return `only ${left.toLowerCase()}`;
  if (kind === 'added') return `only ${right.toLowerCase()}`;
  return kind;
}

/** What a kind is, in a sentence. */
export function kindTitle(kind: Kind, { leftImage, rightImage }: SideNames): string {
  if (kind === 'removed') return `Paths that only ${leftImage} has`;
  if (kind === 'added') return `Paths that only ${rightImage} has`;
  return kindTitles[kind];
}

/** Kinds in an address: `removed,added`; undefined, which means all but the same, where none is said. */
export function readKinds(text: string | null): readonly Kind[] | undefined {
  if (text === null) return undefined;
  const chosen = kindOrder.filter((kind) => text.split(',').includes(kind));
  return chosen.length > 0 ? chosen : undefined;
}

/** The choice after a click on a kind; all kinds off is as none said. */
export function toggleKind(chosen: readonly Kind[] | undefined, kind: Kind): string | undefined {
  const before = chosen ?? [];
  const next = before.includes(kind) ? before.filter((other) => other !== kind) : [...before, kind];
  return next.length > 0 ? kindOrder.filter((other) => next.includes(other)).join(',') : undefined;
}

/** Rows that differ. */
export function differenceCount(totals: ChangeTotals): number {
  return ChangeKind.options.reduce((sum, kind) => sum + totals[kind].files, 0);
}
