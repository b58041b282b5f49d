import { describe, expect, it } from 'vitest';
import { differenceCount, kindTitle, kindWord, leftAndRight, readKinds, toggleKind } from './change-kinds.ts';

describe('kinds of changes', () => {
  it('are read from the address, unknown ones ignored', () => {
    expect(readKinds(null)).toBeUndefined();
    expect(readKinds('same,removed,evil')).toEqual(['removed', 'same']);
    expect(readKinds('evil')).toBeUndefined();
  });

  it('are switched one by one; none chosen is all but the same', () => {
    expect(toggleKind(undefined, 'moved')).toBe('moved');
    expect(toggleKind(['moved'], 'removed')).toBe('removed,moved');
    expect(toggleKind(['moved'], 'moved')).toBeUndefined();
  });

  it('are told in the words of the sides', () => {
    const sides = {
      left: 'Before',
      right: 'Now',
      leftImage: 'the image before',
      rightImage: 'the image now',
    };
    expect(kindWord('removed', sides)).toBe('only before');
    expect(kindTitle('removed', sides)).toBe('Paths that only the image before has');
    expect(kindTitle('added', leftAndRight)).toBe('Paths that only the right image has');
    expect(kindWord('moved', sides)).toBe('moved');
  });

  it('are counted without the same', () => {
    const some = (files: number) => ({ files, bytes: 0 });
    const totals = {
      added: some(1),
      removed: some(20),
      changed: some(300),
      metadata: some(4000),
      moved: some(50_000),
      same: some(600_000),
    };
    expect(differenceCount(totals)).toBe(54_321);
  });
});
