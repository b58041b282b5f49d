import { describe, expect, it } from 'vitest';
import type { TreemapTile } from '../../shared/model/files.ts';
import { type Box, intersects, type Rect } from './treemap-boxes.ts';
import { lineHeight, placeChips, placeTileLabels } from './treemap-labels.ts';

const measure = (text: string) => text.length * 7;
const format = (bytes: number) => `${bytes} B`;

function box(index: number, name: string, rect: Rect, more: Partial<Box> = {}): Box {
  const tile: TreemapTile = { name, path: `/${name}`, kind: 'file', bytes: 1000, files: 1, layer: 0 };
  return { index, tile, depth: 1, parent: -1, children: [], ...rect, ...more };
}

const area = (x: number, y: number, width: number, height: number): Rect => ({ x, y, width, height });

/** usr around lib around a file, all beginning at one corner. */
const nested = [
  box(0, 'usr', area(0, 0, 400, 300), { children: [1] }),
  box(1, 'lib', area(0, 0, 300, 200), { depth: 2, parent: 0, children: [2] }),
  box(2, 'libc.so', area(0, 0, 200, 200), { depth: 3, parent: 1 }),
];

describe('placeChips', () => {
  it('puts the chip of an inner directory beside that of the outer one', () => {
    const [usr, lib] = placeChips(nested, measure, format);
    expect(usr).toMatchObject({ name: 'usr', x: 1, y: 1, size: { text: '1000 B' } });
    expect(lib!.y).toBe(usr!.y);
    expect(lib!.x).toBeGreaterThanOrEqual(usr!.x + usr!.width);
    expect(intersects(usr!, lib!)).toBe(false);
  });

  it('puts it under the other where there is no room beside', () => {
    const narrow = [nested[0]!, { ...nested[1]!, width: 100 }, { ...nested[2]!, width: 100 }];
    const [usr, lib] = placeChips(narrow, measure, format);
    expect(lib!.x).toBe(usr!.x);
    expect(lib!.y).toBeGreaterThanOrEqual(usr!.y + usr!.height);
  });

  it('drops the size before the name, and the name rather than cut it', () => {
    const chips = (width: number) => placeChips([{ ...nested[0]!, width }], measure, format);
    expect(chips(60)[0]).toMatchObject({ name: 'usr' });
    expect(chips(60)[0]).not.toHaveProperty('size');
    expect(chips(30)).toEqual([]);
  });

  it('labels only directories', () => {
    expect(placeChips([nested[2]!], measure, format)).toEqual([]);
  });
});

describe('placeTileLabels', () => {
  const labelsOf = (boxes: readonly Box[]) =>
    placeTileLabels(boxes, placeChips(boxes, measure, format), measure, format);

  it('keeps labels clear of chips', () => {
    const chips = placeChips(nested, measure, format);
    const [label] = labelsOf(nested);
    expect(label!.lines).toEqual(['libc.so', '1000 B']);
    const rect = { x: label!.x, y: label!.y, width: 49, height: 2 * lineHeight };
    expect(chips.some((chip) => intersects(chip, rect))).toBe(false);
  });

  it('gives two lines, one, or none, never part of one', () => {
    const lines = (width: number, height: number) =>
      labelsOf([box(0, 'libc.so', area(0, 0, width, height))]).map((label) => label.lines);
    expect(lines(80, 60)).toEqual([['libc.so', '1000 B']]);
    expect(lines(80, 22)).toEqual([['libc.so']]);
    expect(lines(50, 60)).toEqual([]);
    expect(lines(80, 12)).toEqual([]);
  });

  it('shows a hostile name as text on one line', () => {
    const [label] = labelsOf([box(0, 'a\nb\u202e', area(0, 0, 300, 60))]);
    expect(label!.lines[0]).toBe('a␊b⟨U+202E⟩');
  });
});
