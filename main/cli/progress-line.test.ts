import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { progressLine } from './progress-line.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function sink(isTTY: boolean, columns = 20) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

it('says nothing where no terminal is, or when it is to be quiet', () => {
  for (const [isTTY, quiet] of [
    [false, false],
    [true, true],
  ] as const) {
    const to = sink(isTTY);
    const line = progressLine(to, quiet);
    line.show('text');
    line.clear();
    vi.runAllTimers();
    expect(to.written).toEqual([]);
  }
});

it('draws at once, then at most ten times a second, the latest only', () => {
  const to = sink(true);
  const line = progressLine(to, false);
  for (const text of ['one', 'two', 'three']) line.show(text);
  expect(to.written).toEqual(['\rone\x1b[K']);
  vi.advanceTimersByTime(100);
  expect(to.written.slice(1)).toEqual(['\rthree\x1b[K']);
});

it('does not draw again what stands there', () => {
  const to = sink(true);
  const line = progressLine(to, false);
  const showForAWhile = () => {
    for (let times = 0; times < 3; times++) {
      line.show('idle');
      vi.advanceTimersByTime(1000);
    }
  };
  showForAWhile();
  expect(to.written).toEqual(['\ridle\x1b[K']);
  line.clear();
  showForAWhile();
  expect(to.written.slice(1)).toEqual(['\r\x1b[K', '\ridle\x1b[K']);
});

it('stays on one line, whatever a step is called', () => {
  const to = sink(true);
  progressLine(to, false).show('a\nb\x1b[2J and much more than fits');
  expect(to.written).toEqual(['\ra\\nb\\e[2J and much…\x1b[K']);
});

it('leaves nothing behind', () => {
  const to = sink(true);
  const line = progressLine(to, false);
  line.show('one');
  line.show('two');
  line.clear();
  vi.runAllTimers();
  expect(to.written).toEqual(['\rone\x1b[K', '\r\x1b[K']);
});
