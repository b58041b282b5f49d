import type { ImageSource } from '../../shared/api/contract.ts';
import { decodeSource } from '../addresses.ts';

export type CompareSubject =
  | { readonly kind: 'project'; readonly folder: string; readonly left?: string; readonly right?: string }
  | {
      readonly kind: 'sources';
      readonly left: ImageSource;
      readonly right: ImageSource;
      readonly leftPlatform?: string;
      readonly rightPlatform?: string;
    };

export const compareTabs = ['flow', 'side', 'changes', 'why', 'dockerfile', 'since'] as const;
export type CompareTab = (typeof compareTabs)[number];

export interface CompareView {
  /** Undefined: the first there is. */
  readonly tab?: CompareTab;
  /** Directory both treemaps show. */
  readonly path: string;
  readonly select?: string;
  /** Both treemaps to one scale: equal area for equal bytes. */
  readonly oneScale: boolean;
}

/** What a comparison's address says; undefined where it names nothing to compare. */
export function readCompareSubject(query: URLSearchParams): CompareSubject | undefined {
  const text = (name: string) => query.get(name) || undefined;
  const folder = text('folder');
  if (folder) return { kind: 'project', folder, left: text('left'), right: text('right') };
  const left = decodeSource(query.get('leftSource') ?? '');
  const right = decodeSource(query.get('rightSource') ?? '');
  if (!left || !right) return undefined;
  return {
    kind: 'sources',
    left,
    right,
    leftPlatform: text('leftPlatform'),
    rightPlatform: text('rightPlatform'),
  };
}

export function readCompareView(query: URLSearchParams): CompareView {
  const tab = query.get('tab');
  return {
    tab: compareTabs.find((known) => known === tab),
    path: query.get('path') || '/',
    select: query.get('select') || undefined,
    oneScale: query.get('scale') === 'one',
  };
}
