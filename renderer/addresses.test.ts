import { describe, expect, it } from 'vitest';
import type { ImageSource } from '../shared/api/contract.ts';
import {
  compareAddress,
  compareSourcesAddress,
  decodeSource,
  encodeSource,
  imageAddress,
  projectAddress,
  readImageAddress,
  stageAddress,
  variantAddress,
} from './addresses.ts';
import { readFileFilter } from './charts/file-filter-address.ts';

const query = (address: string) => new URL(address, 'http://host').searchParams;
const hostile = `/tmp/a b/"q"#&=%25+<img onerror=1>\n__proto__`;

it('keeps hostile folders and variants whole', () => {
  expect(query(projectAddress(hostile)).get('folder')).toBe(hostile);
  const compare = query(compareAddress(hostile, 'a#b', 'c&d', { path: '/x y' }));
  expect([compare.get('folder'), compare.get('left'), compare.get('right'), compare.get('path')]).toEqual([
    hostile,
    'a#b',
    'c&d',
    '/x y',
  ]);
  expect(compare.has('tab')).toBe(false);
});

const sources: ImageSource[] = [
  { kind: 'engine', reference: 'registry:5000/a/b:tag@sha256:00' },
  { kind: 'archive', path: hostile },
  { kind: 'archive', path: '/tmp/x%23.tar', image: 'app:1#2%' },
];

describe.each(sources)('source %j', (source) => {
  it('comes back from an address of two images', () => {
    const parts = query(compareSourcesAddress(source, source));
    expect(decodeSource(parts.get('leftSource')!)).toEqual(source);
    expect(decodeSource(encodeSource(source))).toEqual(source);
  });

  it('comes back from an image address, with filter and path', () => {
    const address = query(imageAddress(source, { filter: { layer: 3 }, path: '/usr/lib' }));
    expect(readImageAddress(address)).toEqual({ source: { ...source }, path: '/usr/lib' });
    expect(readFileFilter(address)).toEqual({ filter: { layer: 3 } });
  });
});

it('reads a variant, and nothing from nonsense', () => {
  expect(readImageAddress(query(variantAddress('/p', 'Dockerfile#builder')))).toEqual({
    folder: '/p',
    variant: 'Dockerfile#builder',
    path: undefined,
  });
  expect(readImageAddress(query('/image?source=engine'))).toBeUndefined();
  expect(readImageAddress(query('/image?source=other&ref=x'))).toBeUndefined();
  expect(decodeSource('x:y')).toBeUndefined();
  expect(decodeSource('archive:/a#%')).toBeUndefined();
});

it('names a stage of a variant, with the Dockerfile whose stages its filter means', () => {
  const address = query(stageAddress(hostile, 'a#b', 0, { filter: { fate: 'reached' }, of: 'Dockerfile' }));
  expect([address.get('folder'), address.get('variant'), address.get('stage')]).toEqual([
    hostile,
    'a#b',
    '0',
  ]);
  expect(readFileFilter(address)).toEqual({ filter: { fate: 'reached' }, of: 'Dockerfile' });
});
