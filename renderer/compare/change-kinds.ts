import { ChangeKind, type ChangeTotals } from '../../shared/model/comparison-document.ts';

export const kinds = [...ChangeKind.options, 'same'] as const;
export type Kind = (typeof kinds)[number];

/** In the order people look for them. */
export const kindOrder: readonly Kind[] = ['removed', 'added', 'changed', 'moved', 'metadata', 'same'];

export const kindWords: Record<
  Kind,
  { readonly word: string; readonly sign: string; readonly title: string }
> = {
  removed: { word: 'only left', sign: '−', title: 'Paths that only the left image has' },
  added: { word: 'only right', sign: '+', title: 'Paths that only the right image has' },
  changed: { word: 'changed', sign: '≠', title: 'Other content, or another kind of entry' },
  moved: { word: 'moved', sign: '→', title: 'Equal content at another path' },
  metadata: {
    word: 'metadata',
    sign: '~',
    title: 'Equal content; mode, owner, extended attributes or hard links differ',
  },
  same: { word: 'same', sign: '=', title: 'Equal in both' },
};

/** What the two sides are called where they stand beside each other. */
export interface SideNames {
  readonly left: string;
  readonly right: string;
}

export const leftAndRight: SideNames = { left: 'Left', right: 'Right' };

/** A kind in a word or two: `only left`. */
export function kindWord(kind: Kind, { left, right }: SideNames): string {
  if (kind === 'removed') return `only ${left.toLowerCase()}`;
  if (kind === 'added') return `only ${right.toLowerCase()}`;
  return kindWords[kind].word;
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
