import { expect, it } from 'vitest';
import { findDuplicates } from './duplicates.ts';
import { bytes, file, hardlink, symlink, whiteout } from './testing/layer-of.ts';
import { merged } from './testing/merged.ts';

it('are live files of equal content, beyond the first, most bytes first, then by path', () => {
  const fs = merged(
    [file('/z', bytes(5)), file('/b', bytes(4, 'y')), file('/c', bytes(4, 'y')), file('/gone', bytes(100))],
    [file('/m', bytes(5)), file('/a', bytes(5)), file('/once', bytes(100)), whiteout('/gone')],
    [file('/d', bytes(10, 'q')), file('/e', bytes(10, 'q'))],
  );
  const all = findDuplicates(fs, 10);
  expect(all).toEqual({
    total: 3,
    totalBytes: 24,
    items: [
      { bytes: 10, copies: 3, paths: ['/a', '/m', '/z'] },
      { bytes: 10, copies: 2, paths: ['/d', '/e'] },
      { bytes: 4, copies: 2, paths: ['/b', '/c'] },
    ],
  });
  expect(findDuplicates(fs, 1)).toEqual({ ...all, items: all.items.slice(0, 1) });
});

it('are no hard links, no empty files, and nothing else that is no file', () => {
  const fs = merged([
    file('/a', bytes(5)),
    hardlink('/b', '/a'),
    file('/e'),
    file('/f'),
    symlink('/l', 'a'),
    symlink('/m', 'a'),
  ]);
  expect(findDuplicates(fs, 10)).toEqual({ total: 0, totalBytes: 0, items: [] });
});

it('are shown at the name that carries the bytes', () => {
  const fs = merged([file('/b', bytes(5)), hardlink('/a', '/b'), file('/c', bytes(5))]);
  expect(findDuplicates(fs, 10).items).toEqual([{ bytes: 5, copies: 2, paths: ['/a', '/c'] }]);
});

it('need equal content, not only equal sizes', () => {
  const fs = merged([file('/a', bytes(5)), file('/b', bytes(5, 'y')), file('/c', bytes(6))]);
  expect(findDuplicates(fs, 10).total).toBe(0);
});

it('are told from thousands of other contents', () => {
  const others = Array.from({ length: 3000 }, (_, i) => file(`/${i}`, `content ${i}`));
  const found = findDuplicates(merged([...others, file('/again', 'content 7')]), 10);
  expect(found.items).toEqual([{ bytes: 9, copies: 2, paths: ['/7', '/again'] }]);
});

it('name at most a thousand paths of one content', () => {
  const fs = merged(Array.from({ length: 1500 }, (_, i) => file(`/${i}`, 'x')));
  const [item] = findDuplicates(fs, 10).items;
  expect(item).toMatchObject({ bytes: 1499, copies: 1500 });
  expect(item!.paths).toHaveLength(1000);
});
