import { expect, it } from 'vitest';
import { outlineLine } from './outline-line.ts';

const layer = (blobBytes?: number) => ({ diffId: 'sha256:0', ...(blobBytes !== undefined && { blobBytes }) });
const image = { names: ['app:1', 'app:latest'], platform: 'linux/amd64' };
const archive = { kind: 'archive' as const, path: '/srv/app.tar' };
const engine = { kind: 'engine' as const, reference: 'app:1' };

it.each([
  [{ ...image, layers: [layer(981_000_000), layer(1_000_000)] }, archive, '2 layers  982 MB in the archive'],
  [{ ...image, layers: [layer(5)] }, engine, '1 layer  5 B in the engine'],
  [{ ...image, layers: [] }, archive, '0 layers  0 B in the archive'],
  [{ ...image, layers: [layer(5), layer()] }, engine, '2 layers'],
])('says what is known: %#', (outline, source, rest) => {
  expect(outlineLine(outline, source)).toBe(`app:1  linux/amd64  ${rest}`);
});

it('names an image without names by its archive, and never what a terminal would obey', () => {
  expect(outlineLine({ ...image, names: [], layers: [] }, archive)).toMatch(/^\/srv\/app\.tar {2}/);
  expect(outlineLine({ ...image, names: ['a\x1b[2J'], layers: [] }, archive)).not.toContain('\x1b');
});
