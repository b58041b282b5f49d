import { describe, expect, it } from 'vitest';
import type { Owner } from '../charts/owners.ts';
import { ribbonPath, stripes } from './ribbons.ts';

const owner = (id: string): Owner => ({ id, kind: 'base', label: id, title: id, color: 'base-1' });
const share = (id: string, bytes: number | null) => ({ owner: owner(id), bytes });

describe('ribbons', () => {
  it('are as thick at both ends', () => {
    expect(ribbonPath(0, 10, 100, 40.123, 6)).toBe(
      'M0 10C50 10 50 40.12 100 40.12V46.12C50 46.12 50 16 0 16Z',
    );
  });

  it('are divided by bytes without a gap, and without those who have none', () => {
    const found = stripes([share('a', 30), share('b', 0), share('c', null), share('d', 10)], 8);
    expect(found.map(({ owner, offset, thickness }) => [owner.id, offset, thickness])).toEqual([
      ['a', 0, 6],
      ['d', 6, 2],
    ]);
    expect(stripes([share('a', 0)], 8)).toEqual([]);
  });
});
