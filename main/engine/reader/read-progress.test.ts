import { expect, it } from 'vitest';
import type { ReadProgress } from '../../../shared/model/build.ts';
import { progressMeter } from './read-progress.ts';

/** Reads at these times (ms) up to these bytes. */
function reports(total: number | undefined, ...steps: readonly (readonly [at: number, bytes: number])[]) {
  const reported: ReadProgress[] = [];
  let clock = 0;
  const meter = progressMeter(
    (progress) => reported.push(progress),
    () => clock,
  );
  for (const [at, bytes] of steps) {
    clock = at;
    meter({ bytes, total });
  }
  return reported;
}

const steadily = (until: number, perMs: number, every = 10) =>
  Array.from({ length: until / every }, (_, step) => {
    const at = (step + 1) * every;
    return [at, at * perMs] as const;
  });

it('reports the first bytes at once, then ten times a second', () => {
  const reported = reports(undefined, ...steadily(1000, 5));
  expect(reported[0]).toEqual({ bytes: 50 });
  expect(reported.length).toBe(10);
});

it('estimates nothing in the first second, then what a steady rate comes to', () => {
  const reported = reports(100_000, ...steadily(2000, 10));
  expect(reported.filter(({ bytes }) => bytes < 10_000).map(({ remainingMs }) => remainingMs)).toEqual(
    Array(10).fill(undefined),
  );
  const last = reported.at(-1)!;
  expect(last.remainingMs).toBe((100_000 - last.bytes) / 10);
});

it('follows a rate that changes within a few seconds', () => {
  const slower = Array.from({ length: 1000 }, (_, step) => [2000 + step * 10, 20_000 + step * 10] as const);
  const last = reports(100_000, ...steadily(2000, 10), ...slower).at(-1)!;
  const true_ = 100_000 - last.bytes;
  expect(last.remainingMs).toBeGreaterThan(true_ * 0.6);
  expect(last.remainingMs).toBeLessThan(true_ * 1.1);
});

it('estimates nothing without a total, beyond it, at its end, or where nothing moves', () => {
  expect(reports(undefined, ...steadily(3000, 10)).at(-1)).not.toHaveProperty('remainingMs');
  expect(reports(20_000, ...steadily(3000, 10)).at(-1)).not.toHaveProperty('remainingMs');
  expect(reports(100, [2000, 100]).at(-1)).not.toHaveProperty('remainingMs');
  expect(reports(100, [2000, 0], [4000, 0]).at(-1)).not.toHaveProperty('remainingMs');
});

it('never says days', () => {
  expect(reports(1e12, [2000, 1]).at(-1)).toEqual({ bytes: 1, total: 1e12 });
});
