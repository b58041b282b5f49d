import { expect, it } from 'vitest';
import type { EngineImage } from '../../shared/model/engine-status.ts';
import { defaultOrder, imageReference, imageRows, shortId } from './image-rows.ts';

const image = (
  repository: string | undefined,
  tag: string | undefined,
  created: number,
  size: number,
): EngineImage => ({
  repository,
  tag,
  created,
  size,
  id: `sha256:${String(created).padStart(64, '0')}`,
  built: false,
});

const images = [
  image('debian', 'bookworm', 1, 30),
  image('debian', 'bookworm-slim', 3, 10),
  image('golang', '1.19', 2, 20),
  image(undefined, undefined, 4, 40),
];
const names = (rows: readonly EngineImage[]) => rows.map((row) => row.tag ?? '<none>');

it('shows the newest first, and sorts by any column', () => {
  expect(names(imageRows(images, '', defaultOrder))).toEqual(['<none>', 'bookworm-slim', '1.19', 'bookworm']);
  expect(names(imageRows(images, '', { column: 'size', descending: false }))).toEqual([
    'bookworm-slim',
    '1.19',
    'bookworm',
    '<none>',
  ]);
});

it('filters by every word, in name and id', () => {
  expect(names(imageRows(images, 'deb slim', defaultOrder))).toEqual(['bookworm-slim']);
  expect(names(imageRows(images, 'DEBIAN:BOOK', defaultOrder))).toEqual(['bookworm-slim', 'bookworm']);
  expect(names(imageRows(images, '<none>', defaultOrder))).toEqual(['<none>']);
  expect(imageRows(images, 'nothing', defaultOrder)).toEqual([]);
});

it('opens by name, or by id where there is none', () => {
  expect(imageReference(images[2]!)).toBe('golang:1.19');
  expect(imageReference(images[3]!)).toBe(images[3]!.id);
  expect(shortId('sha256:0123456789abcdef')).toBe('0123456789ab');
});
