import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildLayerIndex, type TestEntry } from '../archive/testing/build-layer.ts';
import { fileAt } from '../filesystem/file-at.ts';
import { carriedBytes, isLeaf } from '../filesystem/filesystem.ts';
import { mergeLayers } from '../filesystem/merge-layers.ts';
import { pathOf } from '../filesystem/path-text.ts';
import { selectFiles } from '../filesystem/select-files.ts';
import { packagesOf } from './packages-of.ts';

// Few names, so that records are about files that are there, and about each other.
const folder = fc.constantFrom(
  'usr/',
  'usr/lib/',
  'app/',
  'app/node_modules/a/',
  'app/node_modules/a/node_modules/b/',
  'bin/',
);
const name = fc.constantFrom(
  'x',
  'y.jar',
  'z.py',
  'package.json',
  '__pycache__/z.cpython-3.pyc',
  'node_modules/@s/c/package.json',
);
const path = fc.tuple(folder, name).map((parts) => parts.join(''));
const lines = fc.array(path, { maxLength: 5 });
const packageName = fc.constantFrom('a', 'b', 'c');

const file = (path: string, content: string): TestEntry => ({ path, content });
const entry: fc.Arbitrary<TestEntry> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(path, fc.string({ maxLength: 20 })).map(([at, content]) => file(at, content)),
  },
  fc.tuple(path, path).map(([at, target]): TestEntry => ({ path: at, type: 'link', target })),
  fc
    .tuple(folder, folder)
    .map(([at, target]): TestEntry => ({ path: at.slice(0, -1), type: 'symlink', target: `/${target}` })),
  fc.tuple(folder, name).map(([at, hidden]) => file(`${at}.wh.${hidden.split('/')[0]}`, '')),
  fc
    .tuple(packageName, lines)
    .map(([of, paths]) => file(`var/lib/dpkg/info/${of}.list`, paths.map((line) => `/${line}\n`).join(''))),
  fc
    .array(packageName, { maxLength: 4 })
    .map((names) =>
      file('var/lib/dpkg/status', names.map((of) => `Package: ${of}\nVersion: 1\n`).join('\n')),
    ),
  fc
    .tuple(packageName, lines)
    .map(([of, paths]) =>
      file(
        'lib/apk/db/installed',
        `P:${of}\n${paths.map((line) => `F:${line.split('/')[0]}\nR:x\n`).join('')}`,
      ),
    ),
  fc
    .tuple(folder, packageName)
    .map(([at, of]) => file(`${at}${of}-1.dist-info/METADATA`, `Name: ${of}\nVersion: 1\n`)),
  fc
    .tuple(folder, packageName, lines)
    .map(([at, of, paths]) =>
      file(`${at}${of}-1.dist-info/RECORD`, paths.map((line) => `../${line},,\n`).join('')),
    ),
  fc
    .array(packageName, { maxLength: 3 })
    .map((names) =>
      file(
        'app/composer/installed.json',
        JSON.stringify(names.map((of) => ({ name: of, 'install-path': `../node_modules/${of}` }))),
      ),
    ),
);
const someLayers = fc.array(fc.array(entry, { maxLength: 15 }), { minLength: 1, maxLength: 4 });

describe('the packages of any image', () => {
  it('share its files out: each has one at most, under all its names, and bytes sum to what is live', {
    timeout: 30_000,
  }, async () => {
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(someLayers, async (layers) => {
        const fs = mergeLayers(await Promise.all(layers.map(buildLayerIndex)));
        const { list, ofNode } = packagesOf(fs);
        expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
        expect(ofNode).toHaveLength(fs.tree.count);
        let unowned = 0;
        const ofInode = new Map<number, number>();
        for (const [node, owner] of ofNode.entries()) {
          if (owner < 0) unowned += carriedBytes(fs, node);
          if (!isLeaf(fs, node)) expect(owner).toBe(-1);
          else {
            const inode = fs.nodeInode[node]!;
            expect(ofInode.get(inode) ?? owner).toBe(owner);
            ofInode.set(inode, owner);
            expect(fileAt(fs, pathOf(fs, node))?.package?.id).toBe(list[owner]?.id);
          }
        }
        const owned = list.map(({ id }) => selectFiles(fs, { package: id }).bytes(0));
        expect(owned.reduce((sum, bytes) => sum + bytes, unowned)).toBe(fs.totals!.live);
        expect(selectFiles(fs, { package: 'dpkg:nobody' }).bytes(0)).toBe(0);
        seen += owned.filter((bytes) => bytes > 0).length;
      }),
      { numRuns: 150 },
    );
    // The test is about something.
    expect(seen).toBeGreaterThan(50);
  });
});
