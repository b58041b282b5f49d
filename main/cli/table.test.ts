import { describe, expect, it } from 'vitest';
import { formatTable } from './table.ts';
import { textWidth, truncate } from './text-width.ts';

const columns = [
  { title: 'SIZE', align: 'right' },
  { title: 'PATH', cut: 'start' },
] as const;

it('aligns numbers right and text left, and ends no line in spaces', () => {
  expect(
    formatTable(columns, [
      ['9 B', '/a'],
      ['120 MB', '/usr/lib'],
    ]),
  ).toEqual(['  SIZE  PATH', '   9 B  /a', '120 MB  /usr/lib']);
});

it('cuts the column that gives way, on its side', () => {
  const lines = formatTable(columns, [['120 MB', '/usr/lib/x86_64-linux-gnu/libLLVM.so']], 30);
  expect(lines[1]).toBe('120 MB  …-linux-gnu/libLLVM.so');
  expect(formatTable([{ title: 'TEXT', cut: 'end' }], [['abcdefghijklmnopqrst']], 15)[1]).toBe(
    'abcdefghijklmn…',
  );
});

it('stays within the width', () => {
  const rows = [
    ['1 B', 'x'.repeat(200)],
    ['2 B', '名'.repeat(200)],
  ];
  for (const line of formatTable(columns, rows, 80)) expect(textWidth(line)).toBeLessThanOrEqual(80);
});

it('aligns by what is shown, not by code units', () => {
  const lines = formatTable(
    [{ title: 'NAME' }, { title: 'N' }],
    [
      ['名前', '1'],
      ['e\u0301', '2'],
      ['🦀', '3'],
    ],
  );
  expect(lines.map((line) => textWidth(line.slice(0, line.lastIndexOf(line.trim().at(-1) ?? ''))))).toEqual([
    6, 6, 6, 6,
  ]);
});

describe('truncate', () => {
  it('leaves what fits', () => {
    expect(truncate('abc', 3)).toBe('abc');
  });

  it('never exceeds the width, with wide characters too', () => {
    expect(truncate('名前名前', 5)).toBe('名前…');
    expect(truncate('名前名前', 4)).toBe('名…');
    expect(truncate('名前名前', 4, 'start')).toBe('…前');
    expect(truncate('abc', 0)).toBe('');
  });

  it('does not split a character of two code units', () => {
    expect(truncate('🦀🦀🦀', 3)).toBe('🦀…');
  });
});
