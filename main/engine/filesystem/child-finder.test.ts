import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChildFinder } from './child-finder.ts';
import { Absent, type Filesystem } from './filesystem.ts';
import { nameBytes } from './path-tree.ts';
import { someLayers } from './testing/generated-layers.ts';
import { dir, file, whiteout } from './testing/layer-of.ts';
import { merged } from './testing/merged.ts';

const find = (finder: ChildFinder, directory: number, name: string) => {
  const bytes = Buffer.from(`/${name}/`);
  return finder.find(directory, bytes, 1, bytes.length - 1);
};

/** What a look at every node finds. */
function naiveChild({ tree, nodeKind }: Filesystem, directory: number, name: Uint8Array): number {
  for (let node = 1; node < tree.count; node++) {
    const isThere = tree.parent[node] === directory && nodeKind[node] !== Absent;
    if (isThere && Buffer.compare(nameBytes(tree, node), name) === 0) return node;
  }
  return -1;
}

describe('a finder of children', () => {
  it('finds them in order, out of order and again', () => {
    const fs = merged([dir('/d'), file('/d/a'), file('/d/b'), file('/d/c'), dir('/e'), file('/e/a')]);
    const finder = new ChildFinder(fs);
    const d = find(finder, 0, 'd');
    const e = find(finder, 0, 'e');
    const inD = ['a', 'b', 'c', 'c', 'a'].map((name) => find(finder, d, name));
    expect(new Set(inD).size).toBe(3);
    expect(inD[3]).toBe(inD[2]);
    expect(inD[4]).toBe(inD[0]);
    expect(find(finder, e, 'a')).not.toBe(inD[0]);
    expect(['', 'aa', 'e'].map((name) => find(finder, d, name))).toEqual([-1, -1, -1]);
  });

  it('finds nothing that is gone, and nothing in what is no directory', () => {
    const fs = merged([file('/a'), file('/b'), file('/d/c')], [whiteout('/b'), whiteout('/d')]);
    const finder = new ChildFinder(fs);
    const a = find(finder, 0, 'a');
    expect(a).toBeGreaterThan(0);
    expect([find(finder, 0, 'b'), find(finder, 0, 'd'), find(finder, a, 'c')]).toEqual([-1, -1, -1]);
  });

  it('finds what a look at every node finds, whatever is asked for before', () => {
    fc.assert(
      fc.property(someLayers, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 30 }), (layers, asked) => {
        const fs = merged(...layers);
        const finder = new ChildFinder(fs);
        for (const [pickDirectory, pickName] of asked) {
          const directory = fs.directories[pickDirectory % fs.directories.length]!;
          const name = nameBytes(fs.tree, pickName % fs.tree.count);
          const wanted = naiveChild(fs, directory, name);
          expect(finder.find(directory, name, 0, name.length)).toBe(wanted);
        }
      }),
      { numRuns: 500 },
    );
  });
});
