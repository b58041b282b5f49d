import { expect, it } from 'vitest';
import type { WatchSnapshot } from '../../shared/model/watch.ts';
import { watchWords } from './watch-words.ts';

const at = 1_000_000;
const watching: WatchSnapshot = {
  id: 'w',
  folder: '/p',
  variants: ['Dockerfile'],
  state: 'watching',
  changed: { at, total: 1, paths: ['main.go'] },
  ended: { state: 'done', at: at + 400, durationMs: 400 },
};
const calm = { building: false, failed: false, older: true, now: at + 3500 };

it('says when it was updated, by what and how long that took', () => {
  expect(watchWords(watching, calm)).toEqual({
    kind: 'watching',
    parts: ['Watching', 'updated 3 s ago', 'main.go', 'took 0.4 s'],
  });
  expect(watchWords(watching, { ...calm, now: at + 500 }).parts[1]).toBe('updated just now');
  expect(watchWords(watching, { ...calm, now: at + 125_000 }).parts[1]).toBe('updated 2 min ago');
  expect(watchWords(watching, { ...calm, now: at + 7_300_000 }).parts[1]).toBe('updated 2 h ago');
});

it('does not call a build that was cancelled an update', () => {
  const cancelled: WatchSnapshot = { ...watching, ended: { state: 'cancelled', at, durationMs: 400 } };
  expect(watchWords(cancelled, calm)).toEqual({
    kind: 'watching',
    parts: ['The last build was cancelled', '3 s ago', 'main.go'],
  });
});

it('says what is built, and for how long only when that is long', () => {
  const building: WatchSnapshot = {
    ...watching,
    state: 'building',
    changed: { at, total: 3, paths: ['a\u202e', 'b'] },
  };
  expect(watchWords(building, { ...calm, building: true, now: at + 300 })).toEqual({
    kind: 'building',
    parts: ['Building… a⟨U+202E⟩ and 2 more'],
  });
  expect(watchWords(building, { ...calm, building: true, now: at + 2900 }).parts[1]).toBe('2 s');
});

it('is building as long as nothing has ended', () => {
  const first: WatchSnapshot = { ...watching, state: 'building', changed: undefined, ended: undefined };
  expect(watchWords(first, calm)).toEqual({ kind: 'building', parts: ['Building…'] });
});

it('says that what is shown is older when a build failed, or one of its variants', () => {
  const failed: WatchSnapshot = { ...watching, ended: { state: 'failed', at, durationMs: 10 } };
  for (const words of [watchWords(failed, calm), watchWords(watching, { ...calm, failed: true })]) {
    expect(words.kind).toBe('failed');
    expect(words.parts.at(-1)).toBe('what is shown is from before the error');
  }
  expect(watchWords(failed, { ...calm, older: false }).parts).not.toContain(
    'what is shown is from before the error',
  );
});
