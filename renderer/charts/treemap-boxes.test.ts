import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TreemapTile } from '../../shared/model/files.ts';
import { boxAt, boxesOf, boxOfPath, isBelow, type LaidNode, treemapData } from './treemap-boxes.ts';

function tile(path: string, bytes: number, more: Partial<TreemapTile> = {}): TreemapTile {
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    kind: 'file',
    bytes,
    files: 1,
    layer: 0,
    ...more,
  };
}

const usr = tile('/usr', 60, {
  kind: 'directory',
  children: [tile('/usr/a', 40), tile('/usr', 20, { kind: 'more', name: '9 more' })],
});
const lists = tile('/var/lib/apt/lists', 40, { kind: 'directory', name: 'var/lib/apt/lists' });
const root = tile('/', 100, { kind: 'directory', name: '', children: [usr, lists] });

/** 100 wide, 100 high: usr on the left in two rows, lists on the right. */
const laid: readonly LaidNode[] = [
  {
    x: 0,
    y: 0,
    width: 600,
    height: 1000,
    tile: usr,
    children: [
      { x: 0, y: 0, width: 600, height: 666, tile: usr.children![0], children: null },
      { x: 0, y: 666, width: 600, height: 334, tile: usr.children![1], children: null },
    ],
  },
  { x: 600, y: 0, width: 400, height: 1000, tile: lists, children: null },
];
const boxes = boxesOf(laid, 10);

describe('boxesOf', () => {
  it('flattens parents first and scales', () => {
    expect(boxes.map((box) => [box.tile.path, box.depth, box.parent])).toEqual([
      ['/usr', 1, -1],
      ['/usr/a', 2, 0],
      ['/usr', 2, 0],
      ['/var/lib/apt/lists', 1, -1],
    ]);
    expect(boxes[0]).toMatchObject({ x: 0, width: 60, height: 100, children: [1, 2] });
  });
});

describe('treemapData', () => {
  it('leaves out what has no area and keeps names away from React keys', () => {
    const [first, ...rest] = treemapData({ ...root, children: [usr, tile('/empty', 0)] });
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ name: '', bytes: 60, tile: usr });
  });

  it('shows a file by itself', () => {
    expect(treemapData(tile('/a', 5))).toEqual([{ name: '', bytes: 5, tile: tile('/a', 5) }]);
  });
});

describe('boxAt', () => {
  it('finds the smallest tile at a point, and none outside', () => {
    expect(boxAt(boxes, 5, 5)!.tile.path).toBe('/usr/a');
    expect(boxAt(boxes, 5, 80)!.tile.name).toBe('9 more');
    expect(boxAt(boxes, 61, 80)!.tile.path).toBe('/var/lib/apt/lists');
    expect(boxAt(boxes, 100, 100)).toBeUndefined();
  });
});

describe('boxOfPath', () => {
  const find = (path: string) => {
    const found = boxOfPath(boxes, path);
    return found && [found.box.index, found.exact];
  };

  it('finds a path, or what has it inside', () => {
    expect(find('/usr')).toEqual([0, true]);
    expect(find('/usr/a')).toEqual([1, true]);
    expect(find('/usr/bin/perl')).toEqual([2, false]);
    expect(find('/var/lib/apt/lists/x')).toEqual([3, false]);
    expect(find('/etc')).toBeUndefined();
  });

  it('takes a chain of directories for each of its directories', () => {
    expect(find('/var/lib')).toEqual([3, true]);
    expect(find('/var')).toEqual([3, true]);
    expect(find('/var/lib/ap')).toBeUndefined();
  });

  it('never takes a sibling with a longer name for the directory', () => {
    expect(find('/us')).toBeUndefined();
    expect(find('/usr/ab')).toEqual([2, false]);
  });
});

describe('isBelow', () => {
  it('is about whole names', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z._ \n]{1,8}$/), fc.stringMatching(/^[a-z._ \n]{1,8}$/), (a, b) => {
        expect(isBelow(`/${a}/${b}`, `/${a}`)).toBe(true);
        expect(isBelow(`/${a}${b}`, `/${a}`)).toBe(false);
        expect(isBelow(`/${a}`, '/')).toBe(true);
        expect(isBelow(`/${a}`, `/${a}`)).toBe(false);
      }),
    );
    expect(isBelow('/', '/')).toBe(false);
  });
});
