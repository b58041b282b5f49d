import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { someLayers } from '../filesystem/testing/generated-layers.ts';
import { bytes, dir, file } from '../filesystem/testing/layer-of.ts';
import { liveTree } from '../filesystem/testing/live-tree.ts';
import { merged } from '../filesystem/testing/merged.ts';
import { changeColumns } from './compare-filesystems.ts';
import { listDirectoryChanges } from './list-directory-changes.ts';

describe('directories that differ', () => {
  const left = merged([
    file('/usr/lib/go/bin/go', bytes(100)),
    file('/usr/lib/go/src/a', bytes(50)),
    file('/etc/a', bytes(5)),
    file('/same/x', bytes(9)),
    file('/swap/a/x', bytes(4)),
    file('/swap/b/y', bytes(7)),
  ]);
  const right = merged([
    file('/etc/a', bytes(6, 'y')),
    file('/same/y', bytes(9)),
    file('/new/app', bytes(30)),
    file('/swap/a/x', bytes(7)),
    file('/swap/b/y', bytes(4)),
    dir('/usr/lib'),
  ]);
  const columns = changeColumns(left, right);

  it('are those that say where, largest difference first', () => {
    expect(listDirectoryChanges(columns, 100)).toEqual({
      total: 8,
      totalBytes: right.totals!.live - left.totals!.live,
      items: [
        { path: '/usr/lib/go', left: 150, right: null },
        { path: '/', left: 175, right: 56 },
        { path: '/usr/lib/go/bin', left: 100, right: null },
        { path: '/usr/lib/go/src', left: 50, right: null },
        { path: '/new', left: null, right: 30 },
        { path: '/swap/a', left: 4, right: 7 },
        { path: '/swap/b', left: 7, right: 4 },
        { path: '/etc', left: 5, right: 6 },
      ],
    });
    expect(listDirectoryChanges(columns, 1)).toMatchObject({ total: 8, items: [{ path: '/usr/lib/go' }] });
  });

  it('differ as their listings do, in any two images', () => {
    fc.assert(
      fc.property(someLayers, someLayers, (a, b) => {
        const [l, r] = [merged(...a), merged(...b)];
        const [before, after] = [liveTree(l), liveTree(r)];
        const list = listDirectoryChanges(changeColumns(l, r), 10_000);
        expect(list.items).toHaveLength(list.total);
        expect(list.totalBytes).toBe(r.totals!.live - l.totals!.live);
        for (const { path, left, right } of list.items) {
          expect(left).not.toBe(right);
          if (path === '/') continue;
          const bytesOf = (tree: typeof before) =>
            tree[path]?.kind === 'directory' ? tree[path].bytes : null;
          expect({ path, left, right }).toEqual({ path, left: bytesOf(before), right: bytesOf(after) });
        }
        const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
        const shown = new Set(list.items.map(({ path }) => path));
        const differs = (path: string) => {
          const [x, y] = [before[path], after[path]].map((row) =>
            row?.kind === 'directory' ? row.bytes : 0,
          );
          return x !== y;
        };
        // What is left out has exactly one directory in it that differs as much.
        for (const path of paths) {
          if (!differs(path) || shown.has(path)) continue;
          const inside = [...paths].filter(
            (other) => other.slice(0, other.lastIndexOf('/')) === path && differs(other),
          );
          expect(inside).toHaveLength(1);
        }
      }),
      { numRuns: 300 },
    );
  });
});
