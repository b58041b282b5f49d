import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { measureProcess, peakBytesOf } from './measure-process.ts';

const { signal } = new AbortController();
const node = (script: string) => ({ program: process.execPath, args: ['-e', script] });

test('the time is the whole process, and the memory its own', async () => {
  const small = await measureProcess(node('setTimeout(() => {}, 300)'), signal);
  const large = await measureProcess(node('Buffer.alloc(2e8, 1)'), signal);
  expect(small.ms).toBeGreaterThan(300);
  const isKnown = existsSync('/usr/bin/time') || existsSync('/proc/self/status');
  if (!isKnown) return expect(large.peakBytes).toBeNull();
  expect(large.peakBytes! - small.peakBytes!).toBeGreaterThan(1.9e8);
});

test('a process that fails is an error with what it said', async () => {
  const failing = measureProcess(node('console.error("what went wrong"); process.exit(3)'), signal);
  await expect(failing).rejects.toThrow(/ended with 3:\s+what went wrong/);
});

test('a program that is not there is an error', async () => {
  await expect(measureProcess({ program: '/no/such/program', args: [] }, signal)).rejects.toThrow(
    /ENOENT|127/,
  );
});

test('a process is ended when the bench is', async () => {
  const cancel = new AbortController();
  const running = measureProcess(node('setTimeout(() => {}, 60_000)'), cancel.signal);
  setTimeout(() => cancel.abort(new Error('enough')), 200);
  await expect(running).rejects.toThrow('enough');
});

test('what GNU time says, and what the time of BSD says', () => {
  expect(peakBytesOf('\tMaximum resident set size (kbytes): 54268\n')).toBe(54268 * 1024);
  expect(peakBytesOf('             7798784  maximum resident set size\n')).toBe(7798784);
  expect(peakBytesOf('time: cannot run')).toBeNull();
});
