import { expect, it } from 'vitest';
import { bytes, file } from '../filesystem/testing/layer-of.ts';
import { merged } from '../filesystem/testing/merged.ts';
import { packagesAt } from '../findings/testing/packages-at.ts';
import { comparePackages } from './compare-packages.ts';

const filesystem = merged([
  file('/gcc', bytes(600)),
  file('/libc', bytes(30)),
  file('/app/node_modules/a/x.js', bytes(5)),
  file('/app/node_modules/b/node_modules/a/x.js', bytes(6)),
]);
const packages = packagesAt(filesystem, {
  'dpkg:gcc': ['/gcc'],
  'dpkg:libc6': ['/libc'],
  'dpkg:meta': [],
  'npm:a': ['/app/node_modules/a/x.js'],
});
const second = { ...packages.list[3]!, id: 'npm:/app/node_modules/b/node_modules/a', version: '2.0' };
const left = { filesystem, packages: { list: [...packages.list, second], ofNode: packages.ofNode.slice() } };
for (let node = 0; node < filesystem.tree.count; node++)
  if (packages.ofNode[node]! < 0 && filesystem.nodeInode[node]! >= 0) left.packages.ofNode[node] = 4;

const other = merged([file('/libc', bytes(32)), file('/app/node_modules/a/x.js', bytes(5))]);
const right = {
  filesystem: other,
  packages: packagesAt(other, {
    'dpkg:libc6': ['/libc'],
    'npm:a': ['/app/node_modules/a/x.js'],
    'apk:libc6': [],
  }),
};

it('packages that differ come by manager and name, those of one name together', () => {
  expect(comparePackages(left, right, 100)).toEqual({
    total: 5,
    totalBytes: 32 + 5 - 600 - 30 - 11,
    items: [
      {
        ecosystem: 'dpkg',
        name: 'gcc',
        kind: 'removed',
        left: { version: '1.0', bytes: 600, files: 1 },
        right: null,
      },
      {
        ecosystem: 'npm',
        name: 'a',
        kind: 'changed',
        left: { version: '1.0, 2.0', bytes: 11, files: 2 },
        right: { version: '1.0', bytes: 5, files: 1 },
      },
      {
        ecosystem: 'dpkg',
        name: 'libc6',
        kind: 'changed',
        left: { version: '1.0', bytes: 30, files: 1 },
        right: { version: '1.0', bytes: 32, files: 1 },
      },
      {
        ecosystem: 'apk',
        name: 'libc6',
        kind: 'added',
        left: null,
        right: { version: '1.0', bytes: 0, files: 0 },
      },
      {
        ecosystem: 'dpkg',
        name: 'meta',
        kind: 'removed',
        left: { version: '1.0', bytes: 0, files: 0 },
        right: null,
      },
    ],
  });
  expect(comparePackages(left, right, 1)).toMatchObject({ total: 5, items: [{ name: 'gcc' }] });
  expect(comparePackages(left, left, 100)).toEqual({ total: 0, totalBytes: 0, items: [] });
});

it('of many versions some are told, and all are compared', () => {
  const versions = (from: number) => {
    const list = Array.from({ length: 12 }, (_, at) => ({
      ...packages.list[3]!,
      id: `npm:${at}`,
      version: String(from + at),
    }));
    return { filesystem: other, packages: { list, ofNode: new Int32Array(other.tree.count).fill(-1) } };
  };
  expect(comparePackages(versions(10), versions(10), 9).total).toBe(0);
  expect(comparePackages(versions(10), versions(11), 9).items).toMatchObject([
    {
      kind: 'changed',
      left: { version: '10, 11, 12, 13, 14, 15, 16, 17 and 4 more' },
      right: { version: '11, 12, 13, 14, 15, 16, 17, 18 and 4 more' },
    },
  ]);
});
