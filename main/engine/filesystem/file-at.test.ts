import { expect, it } from 'vitest';
import { fileAt } from './file-at.ts';
import { mergeLayers } from './merge-layers.ts';
import { bytes, dir, file, hardlink, layerOf, whiteout } from './testing/layer-of.ts';

const fs = mergeLayers([
  layerOf(dir('usr'), file('usr/a', bytes(5)), hardlink('usr/b', 'usr/a'), file('gone', bytes(9))),
  layerOf(whiteout('gone'), file('usr/c', bytes(2, 'y'), { mode: 0o755 })),
]);

it('says what is at a path, a file or a directory', () => {
  expect(fileAt(fs, { path: '/usr/c' })).toMatchObject({
    kind: 'file',
    bytes: 2,
    layer: 1,
    mode: 0o755,
    hasChildren: false,
  });
  expect(fileAt(fs, { path: '/usr/b' })).toMatchObject({ bytes: 0, sameAs: '/usr/a' });
  expect(fileAt(fs, { path: '/usr' })).toMatchObject({
    kind: 'directory',
    bytes: 7,
    files: 3,
    hasChildren: true,
  });
  expect(fileAt(fs, { path: '/' })).toMatchObject({ path: '/', bytes: 7 });
});

it('says nothing of what is not there any more', () => {
  expect(fileAt(fs, { path: '/gone' })).toBeUndefined();
  expect(fileAt(fs, { path: '/usr/c/below' })).toBeUndefined();
  expect(fileAt(fs, { path: '/nowhere' })).toBeUndefined();
});
