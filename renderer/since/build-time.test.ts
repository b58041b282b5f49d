import { expect, it } from 'vitest';
import { buildTime } from './build-time.ts';

it('says the day only where it is another', () => {
  const at = new Date(2026, 10, 20, 14, 2, 11).getTime();
  expect(buildTime(at, new Date(2026, 10, 20, 23, 59).getTime())).toBe('14:02:11');
  expect(buildTime(at, new Date(2026, 10, 21, 0, 1).getTime())).toBe('2026-11-20 14:02:11');
});
