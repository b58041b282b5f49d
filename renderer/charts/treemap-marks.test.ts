import { expect, it } from 'vitest';
import type { TreemapTile } from '../../shared/model/files.ts';
import { formatBytes } from '../../shared/model/format-bytes.ts';
import { pathChanges } from '../since/path-changes.ts';
import { boxesOf, type LaidNode } from './treemap-boxes.ts';
import { markBoxes } from './treemap-marks.ts';

const tile = (path: string, kind: TreemapTile['kind'], bytes: number): TreemapTile => ({
  name: path.slice(path.lastIndexOf('/') + 1),
  path,
  kind,
  bytes,
  files: 1,
  layer: 0,
});
const laid = (of: TreemapTile, children: readonly LaidNode[] | null = null): LaidNode => ({
  x: 0,
  y: 0,
  width: 10,
  height: 10,
  tile: of,
  children,
});

const format = (bytes: number, sign = false) => formatBytes(bytes, { sign });

/** `/usr` with a file and what is too small; `/etc`, which is one tile. */
const boxes = boxesOf(
  [
    laid(tile('/usr', 'directory', 200), [
      laid(tile('/usr/app', 'file', 130)),
      laid(tile('/usr', 'more', 70)),
    ]),
    laid(tile('/etc', 'directory', 40)),
  ],
  1,
);
const changes = pathChanges(
  [
    { path: '/usr/app', kind: 'changed', left: 100, right: 130 },
    { path: '/usr/tiny', kind: 'added', left: null, right: 1 },
    { path: '/etc/a', kind: 'changed', left: 9, right: 5 },
    { path: '/etc/gone', kind: 'removed', left: 6, right: null },
  ],
  { total: 4, totalBytes: 21, totals: undefined },
);

it('marks tiles of files, of directories with all below, and of what is too small', () => {
  const marks = markBoxes(boxes, changes, false, format);
  expect([...marks].map(([index, { tone, words }]) => [boxes[index]!.tile.path, tone, words])).toEqual([
    ['/usr/app', 'grew', 'was 100 B, now 130 B'],
    ['/etc', 'shrank', 'was 50 B, now 40 B, 2 paths changed'],
    ['/usr', 'changed', '1 of them changed since the build before'],
  ]);
});

it('marks no directory of which only a part is shown, and nothing where nothing changed', () => {
  expect([...markBoxes(boxes, changes, true, format).values()].map(({ tone }) => tone)).toEqual([
    'grew',
    'changed',
  ]);
  const same = pathChanges([], { total: 0, totalBytes: 0, totals: undefined });
  expect(markBoxes(boxes, same, false, format).size).toBe(0);
});
