import { expect, it } from 'vitest';
import { compareFilesystems } from '../compare/compare-filesystems.ts';
import { bytes, dir, file, hardlink, opaque, symlink, whiteout } from './testing/layer-of.ts';
import { livePaths } from './testing/live-tree.ts';
import { merged } from './testing/merged.ts';

// Stacks that dive 0.13.1 measures wrongly, with the numbers that are right.

it('deleting a 200-byte directory in a later layer wastes 200', () => {
  const fs = merged([file('/d/a', bytes(120)), file('/d/b', bytes(80))], [whiteout('/d')]);
  expect(fs.totals).toMatchObject({ reclaimable: 200, byCause: { deleted: 200 }, efficiency: 0 });
});

it('rewriting a 100-byte file once wastes 100', () => {
  const fs = merged([file('/a', bytes(100))], [file('/a', bytes(100, 'y'))]);
  expect(fs.totals).toMatchObject({ reclaimable: 100, byCause: { overwritten: 100 }, efficiency: 0.5 });
});

it('changing the mode of a 5,000-byte file wastes 5,000', () => {
  const fs = merged([file('/a', bytes(5000))], [file('/a', bytes(5000), { mode: 0o600 })]);
  expect(fs.totals).toMatchObject({ reclaimable: 5000, byCause: { copiedUp: 5000 } });
});

it('an opaque directory over 177 bytes wastes 177, and the files are gone', () => {
  const fs = merged([file('/d/a', bytes(100)), file('/d/e/b', bytes(77))], [dir('/d'), opaque('/d')]);
  expect(fs.totals).toMatchObject({ reclaimable: 177, byCause: { deleted: 177 } });
  expect(livePaths(fs)).toEqual(['/d']);
});

it('replacing a directory of 133 bytes by a file wastes 133, and the children are gone', () => {
  const fs = merged([file('/d/a', bytes(100)), file('/d/b', bytes(33))], [file('/d', bytes(5))]);
  expect(fs.totals).toMatchObject({ reclaimable: 133, live: 5, byCause: { shadowed: 133 } });
  expect(livePaths(fs)).toEqual(['/d']);
});

it('deleting one of two hard links to 1,000 bytes wastes nothing', () => {
  const fs = merged([file('/a', bytes(1000)), hardlink('/b', '/a')], [whiteout('/a')]);
  expect(fs.totals).toMatchObject({ reclaimable: 0, live: 1000, efficiency: 1 });
});

it('one path three times in one tar (10 + 30 + 30) wastes 40', () => {
  const fs = merged([file('/a', bytes(10)), file('/a', bytes(30, 'y')), file('/a', bytes(30, 'z'))]);
  expect(fs.totals).toMatchObject({ reclaimable: 40, live: 30, byCause: { repeated: 40 } });
});

it('deleting a 10-byte file and adding it again later wastes 10', () => {
  const fs = merged([file('/a', bytes(10))], [whiteout('/a')], [file('/a', bytes(10))]);
  expect(fs.totals).toMatchObject({ reclaimable: 10, live: 10, byCause: { deleted: 10 } });
});

it('a symbolic link that leads elsewhere has changed', () => {
  const before = [symlink('/l', 'old')];
  expect(merged(before, [symlink('/l', 'new')]).layerSizes[1]?.modified).toBe(1);
  const { totals } = compareFilesystems(merged(before), merged([symlink('/l', 'new')]));
  expect(totals).toMatchObject({ changed: { files: 1 }, same: { files: 0 } });
});

it('a single layer has an efficiency of 1', () => {
  expect(merged([file('/a', bytes(10))]).totals?.efficiency).toBe(1);
});
