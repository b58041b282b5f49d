import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileEvent } from '../../../shared/model/files.ts';
import { EntryKind } from '../archive/layer-index.ts';
import { Absent } from './filesystem.ts';
import { pathHistory } from './path-history.ts';
import { findParts } from './path-parts.ts';
import { pathStates } from './path-states.ts';
import { someLayers } from './testing/generated-layers.ts';
import { bytes, dir, file, hardlink, type Item, opaque, symlink, whiteout } from './testing/layer-of.ts';
import { merged } from './testing/merged.ts';
import { naiveMerge } from './testing/naive-merge.ts';

function historyOf(path: string, ...layers: readonly (readonly Item[])[]): FileEvent[] {
  return pathHistory(merged(...layers), path).events;
}

/** Layer and event in short. */
const short = ({ layer, event, by }: FileEvent) => `${layer} ${event}${by ? ` by ${by}` : ''}`;

describe('the history of a path', () => {
  it('tells of each layer what it did, and what became of the content', () => {
    const events = historyOf(
      '/etc/a',
      [file('/etc/a', bytes(10), { mode: 0o600, uid: 3, gid: 4, mtime: 5000 })],
      [file('/etc/b')],
      [file('/etc/a', bytes(20))],
      [file('/etc/a', bytes(20), { mode: 0o755 })],
      [whiteout('/etc/a')],
      [file('/etc/a', bytes(5))],
    );
    expect(events).toEqual([
      {
        layer: 0,
        event: 'added',
        kind: 'file',
        size: 10,
        mode: 0o600,
        uid: 3,
        gid: 4,
        mtime: 5000,
        live: false,
        hiddenBy: 2,
        cause: 'overwritten',
      },
      expect.objectContaining({
        layer: 2,
        event: 'content',
        size: 20,
        live: false,
        hiddenBy: 3,
        cause: 'copiedUp',
      }),
      expect.objectContaining({
        layer: 3,
        event: 'metadata',
        size: 20,
        mode: 0o755,
        live: false,
        hiddenBy: 4,
        cause: 'deleted',
      }),
      { layer: 4, event: 'deleted', by: 'whiteout' },
      expect.objectContaining({ layer: 5, event: 'added', size: 5, live: true }),
    ]);
  });

  it('says what hid it', () => {
    const first = [file('/a/b/c', bytes(1))];
    const hidden = (...items: Item[]) => historyOf('/a/b/c', first, items).map(short);
    expect(hidden(whiteout('/a/b/c'))).toEqual(['0 added', '1 deleted by whiteout']);
    expect(hidden(whiteout('/a'))).toEqual(['0 added', '1 deleted by parent']);
    expect(hidden(opaque('/a/b'))).toEqual(['0 added', '1 deleted by opaque']);
    expect(hidden(opaque('/'))).toEqual(['0 added', '1 deleted by opaque']);
    expect(hidden(file('/a/b'))).toEqual(['0 added', '1 deleted by parent']);
    expect(hidden(opaque('/a/b'), file('/a/b/c', bytes(1)))).toEqual(['0 added', '1 same']);
    expect(hidden(file('/a/b/d'))).toEqual(['0 added']);
  });

  it('tells directories, also those that are only implied, and other kinds that take their place', () => {
    const layers = [
      [file('/d/x')],
      [dir('/d', { mode: 0o700 })],
      [dir('/d', { mode: 0o700 })],
      [symlink('/d', 'e')],
      [symlink('/d', 'f')],
      [file('/d/deep/x', bytes(3))],
    ];
    const events = historyOf('/d', ...layers);
    expect(events.map(short)).toEqual([
      '0 implied',
      '1 metadata',
      '2 same',
      '3 replaced',
      '4 content',
      '5 replaced',
    ]);
    expect(events[0]).toEqual({ layer: 0, event: 'implied', kind: 'directory' });
    expect(events[3]).toMatchObject({ kind: 'symlink', target: 'e', live: false, hiddenBy: 4 });
    expect(events[3]).not.toHaveProperty('cause');
    expect(events[5]).toMatchObject({ kind: 'directory' });
  });

  it('knows hard links: what they were made of, and whether that lives on', () => {
    const layers = [[file('/a', bytes(9))], [hardlink('/b', '/a')], [whiteout('/a')], [whiteout('/b')]];
    expect(historyOf('/b', ...layers)).toEqual([
      expect.objectContaining({
        layer: 1,
        event: 'added',
        kind: 'file',
        size: 9,
        sameAs: '/a',
        live: false,
        hiddenBy: 3,
        cause: 'deleted',
      }),
      { layer: 3, event: 'deleted', by: 'whiteout' },
    ]);
    expect(historyOf('/a', ...layers.slice(0, 3))[0]).toMatchObject({ layer: 0, size: 9, live: true });
  });

  it('tells of every content that one tar has for it', () => {
    expect(historyOf('/a', [file('/a', bytes(1)), file('/a', bytes(2)), file('/a', bytes(3))])).toEqual([
      expect.objectContaining({ event: 'repeated', size: 1, live: false, cause: 'repeated', hiddenBy: 0 }),
      expect.objectContaining({ event: 'repeated', size: 2, cause: 'repeated' }),
      expect.objectContaining({ event: 'added', size: 3, live: true }),
    ]);
  });

  it('follows links on the way, and knows what is gone', () => {
    const layers = [[file('/usr/lib/x'), symlink('/lib', 'usr/lib')]];
    expect(pathHistory(merged(...layers), '/lib/x').path).toBe('/usr/lib/x');
    expect(pathHistory(merged([file('/x')], [whiteout('/x')]), '/x').events).toHaveLength(2);
    expect(() => pathHistory(merged(...layers), '/nothing')).toThrow('no path');
  });

  it('is told of a name that is no UTF-8', () => {
    const history = pathHistory(merged([file('/\xff')], [whiteout('/\xff')]), '/\ufffd');
    expect(history).toMatchObject({ path: '/\ufffd', pathBase64: 'L/8=' });
    expect(history.events.map(short)).toEqual(['0 added', '1 deleted by whiteout']);
  });

  it('leaves out layers that are not available', () => {
    const whole = merged([file('/a', bytes(1))], [file('/a', bytes(2))]);
    const fs = { ...whole, layers: [undefined, whole.layers[1]] };
    expect(pathStates(fs, [Buffer.from('a')]).states.map(({ kind }) => kind)).toEqual([
      Absent,
      EntryKind.File,
    ]);
  });

  it('knows what lies below a path on the way to what it was linked to', () => {
    const fs = merged([symlink('/b/a/l', 'x')], [hardlink('/b', '/b/a/l'), file('/b/a/a')]);
    expect(pathStates(fs, [Buffer.from('b')]).states.at(-1)).toMatchObject({
      kind: EntryKind.Directory,
      layer: -1,
    });
  });

  it('has the path after each layer as the layers up to there have it', () => {
    fc.assert(
      fc.property(someLayers, (layers) => {
        const fs = merged(...layers);
        const merges = layers.map((_, layer) => naiveMerge(layers.slice(0, layer + 1)));
        const paths = new Set(merges.flatMap((merge) => [...merge.paths.keys()]));
        for (const path of paths) {
          const parts = path
            .slice(1)
            .split('/')
            .map((part) => Buffer.from(part, 'latin1'));
          expect(findParts(fs.tree, parts)).toBeDefined();
          const states = pathStates(fs, parts).states.map(({ kind, layer, inodeLayer, inodeEntry }) => ({
            kind,
            layer,
            inodeLayer,
            inodeEntry,
          }));
          const wanted = merges.map((merge) => {
            const entry = merge.paths.get(path);
            if (!entry) return { kind: Absent, layer: -1, inodeLayer: -1, inodeEntry: -1 };
            const { inode, layer = -1 } = entry;
            if (!inode) return { kind: EntryKind.Directory, layer, inodeLayer: -1, inodeEntry: -1 };
            return {
              kind: inode.kind,
              layer,
              inodeLayer: inode.layer,
              inodeEntry: layers[inode.layer]!.indexOf(inode.item),
            };
          });
          expect(states).toEqual(wanted);
        }
      }),
      { numRuns: 300 },
    );
  });
});
