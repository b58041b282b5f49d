import { expect, it } from 'vitest';
import type { VariantDocument } from '../../shared/model/project-document.ts';
import { previousImage, sizeSince } from './previous-build.ts';

const result = {
  previous: { finishedAt: 7, handles: { a: 'a@1', constructor: 'c@1' }, live: { a: 100 } },
};
const variant = (name: string, live?: number) =>
  ({ name, image: live === undefined ? null : { sizes: { live } } }) as VariantDocument;

it('finds a variant in the build before, whatever it is called', () => {
  expect(previousImage(result, 'a')).toEqual({ handle: 'a@1', live: 100, finishedAt: 7 });
  expect(previousImage(result, 'constructor')).toEqual({ handle: 'c@1', live: undefined, finishedAt: 7 });
  expect(previousImage(result, 'toString')).toBeUndefined();
  expect(previousImage({}, 'a')).toBeUndefined();
});

it('knows by how much an image grew only where both sizes are known', () => {
  expect(sizeSince(result, variant('a', 130))).toBe(30);
  expect(sizeSince(result, variant('a', 100))).toBe(0);
  expect(sizeSince(result, variant('a'))).toBeUndefined();
  expect(sizeSince(result, variant('constructor', 5))).toBeUndefined();
  expect(sizeSince(result, variant('b', 5))).toBeUndefined();
});
