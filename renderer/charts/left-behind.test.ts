import { describe, expect, it } from 'vitest';
import { formatBytes } from '../../shared/model/format-bytes.ts';
import type { StageDocument, VariantDocument } from '../../shared/model/project-document.ts';
import { fitWords, leftBehindOf, leftBehindWords } from './left-behind.ts';

const group = (name: string, bytes: number) =>
  ({ name, bytes, kind: 'known', path: null, files: 1 }) as const;

function stage(index: number, name: string, leftBehind: number | null, ...items: ReturnType<typeof group>[]) {
  const leftBehindGroups = { total: items.length, totalBytes: leftBehind ?? 0, items };
  return { index, name, leftBehind, leftBehindGroups } as StageDocument;
}

const variant = (leftBehind: number | null, ...stages: StageDocument[]) =>
  ({ leftBehind, stages }) as VariantDocument;

const builder = stage(0, 'builder', 702e6, group('Go toolchain', 456e6), group('a\nb', 185e6));

describe('what was left behind', () => {
  it('is said with its groups where one stage left it', () => {
    const left = leftBehindOf(variant(702e6, builder, stage(1, '1', 0)))!;
    expect(leftBehindWords(left, formatBytes)).toEqual({
      head: 'left behind in builder 702 MB',
      items: ['Go toolchain 456 MB', 'a␊b 185 MB'],
    });
  });

  it('is the variant’s sum where several did, and each group once, with its stage', () => {
    const deps = stage(2, '2', 790e6, group('Go toolchain', 457e6), group('apt lists', 20e6));
    const left = leftBehindOf(variant(800e6, builder, deps))!;
    expect(leftBehindWords(left, formatBytes)).toEqual({
      head: 'left behind in 2 stages 800 MB',
      items: ['Go toolchain 457 MB in stage 2', 'a␊b 185 MB in builder', 'apt lists 20 MB in stage 2'],
    });
  });

  it('is nothing where it is none, or not known', () => {
    expect(leftBehindOf(variant(0, stage(0, 'a', 0)))).toBeUndefined();
    expect(leftBehindOf(variant(null, stage(0, 'a', null)))).toBeUndefined();
  });

  it('is cut between groups only', () => {
    const measure = (text: string) => text.length;
    const fitted = (width: number) => fitWords('head', ['first 1', 'second 2'], width, measure);
    expect(fitted(23)).toBe('head: first 1, second 2');
    expect(fitted(22)).toBe('head: first 1, …');
    expect(fitted(15)).toBe('head');
    expect(fitted(3)).toBeUndefined();
  });
});
