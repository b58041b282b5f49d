import { describe, expect, it } from 'vitest';
import { type BarRow, longestRow, missingBytes, segmentBytes, segmentLabel } from './bar-segments.ts';
import type { Owner } from './owners.ts';

const owner: Owner = {
  id: '__proto__',
  kind: 'base',
  label: 'debian',
  title: 'base debian',
  color: 'base-1',
};
const row = (live: number | null): BarRow => ({ id: 'a', live, shares: [{ owner, bytes: live }] });
const measure = (text: string) => text.length * 7;

describe('bars', () => {
  it('have the bytes of each owner, by ids of any kind', () => {
    expect(segmentBytes(row(7), '__proto__')).toBe(7);
    expect(segmentBytes(row(7), 'toString')).toBe(0);
    expect(segmentBytes(row(null), '__proto__')).toBe(0);
  });

  it('miss what the baseline has more, and nothing when they are longer or unknown', () => {
    expect(missingBytes(row(201), 903, 950)).toBe(702);
    expect(missingBytes(row(903), 201, 950)).toBe(0);
    expect(missingBytes(row(null), 201, 950)).toBe(0);
    expect(missingBytes(row(201), null, 950)).toBe(0);
  });

  it('show what was left behind up to the end of the axis', () => {
    const left = { ...row(201), leftBehind: { bytes: 700, stages: [] } };
    expect(missingBytes(left, 201, 950)).toBe(749);
    expect(missingBytes({ ...left, live: 950 }, 201, 950)).toBe(0);
  });

  it('share one axis', () => {
    expect(longestRow([row(3), row(9), row(null)], 5)).toBe(9);
    expect(longestRow([row(0)], null)).toBe(1);
  });

  it('are labelled whole or not at all', () => {
    expect(segmentLabel('debian', '199 MB', 120, measure)).toEqual({
      name: 'debian',
      size: { text: '199 MB', x: 48 },
    });
    expect(segmentLabel('debian', '199 MB', 80, measure)).toEqual({ name: 'debian' });
    expect(segmentLabel('debian', '199 MB', 50, measure)).toBeUndefined();
  });
});
