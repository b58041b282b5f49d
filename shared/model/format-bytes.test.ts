import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatExactBytes,
  formatPercent,
  formatRemaining,
} from './format-bytes.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [1049, '1.05 kB'],
    [40_000, '40 kB'],
    [999_499, '999 kB'],
    [999_500, '1 MB'],
    [963_139_534, '963 MB'],
    [1_054_000_000, '1.05 GB'],
    [8_090_000, '8.09 MB'],
    [-702_430_113, '−702 MB'],
    [Number.MAX_SAFE_INTEGER, '9.01 PB'],
  ])('writes %d as docker images does', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1023 * 1024, '1023 KiB'],
    [1024 ** 2 - 1, '1 MiB'],
    [1_610_612_736, '1.5 GiB'],
  ])('writes %d in powers of two', (bytes, text) => {
    expect(formatBytes(bytes, { base: 'two' })).toBe(text);
  });

  it('marks an increase when asked, and never zero', () => {
    expect(formatBytes(1500, { sign: true })).toBe('+1.5 kB');
    expect(formatBytes(0, { sign: true })).toBe('0 B');
    expect(formatBytes(-1500, { sign: true })).toBe('−1.5 kB');
  });
});

it('writes every byte in groups of three', () => {
  expect(formatExactBytes(903_139_534)).toBe('903,139,534 B');
  expect(formatExactBytes(999)).toBe('999 B');
  expect(formatCount(-20_112)).toBe('−20,112');
});

it.each([
  [-5, '0 ms'],
  [80, '80 ms'],
  [100, '0.1 s'],
  [4210, '4.2 s'],
  [9960, '10 s'],
  [59_499, '59 s'],
  [59_500, '1 min 00 s'],
  [185_000, '3 min 05 s'],
  [3_720_000, '1 h 02 min'],
])('writes %d ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it.each([
  [-0.79, '−79 %'],
  [0, '0 %'],
  [1, '100 %'],
  [-1, '−100 %'],
  [0.094, '9.4 %'],
  [0.0996, '10 %'],
  [0.0001, '<0.1 %'],
  [-0.0001, '−<0.1 %'],
  [0.996, '99.6 %'],
  [0.99999, '>99.9 %'],
  [1.5, '150 %'],
])('writes the ratio %d as %s', (ratio, text) => {
  expect(formatPercent(ratio)).toBe(text);
});

it.each([
  [0, 'about 1 s left'],
  [8400, 'about 8 s left'],
  [59_600, 'about 1 min left'],
  [170_000, 'about 3 min left'],
  [5_400_000, 'about 2 h left'],
])('%d ms that are left: %s', (ms, text) => expect(formatRemaining(ms)).toBe(text));
