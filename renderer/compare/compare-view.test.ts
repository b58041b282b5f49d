import { describe, expect, it } from 'vitest';
import { compareAddress, compareSourcesAddress } from '../addresses.ts';
import { readCompareSubject, readCompareView } from './compare-view.ts';

const query = (address: string) => new URLSearchParams(address.slice(address.indexOf('?')));

describe('the address of a comparison', () => {
  it('names two variants of a folder', () => {
    const address = compareAddress('/a b&c', 'Dockerfile', 'x#"<img>', { path: '/usr', tab: 'changes' });
    expect(readCompareSubject(query(address))).toEqual({
      kind: 'project',
      folder: '/a b&c',
      left: 'Dockerfile',
      right: 'x#"<img>',
    });
    expect(readCompareView(query(address))).toEqual({
      tab: 'changes',
      path: '/usr',
      select: undefined,
      oneScale: false,
    });
  });

  it('names two images', () => {
    const left = { kind: 'engine', reference: 'golang:1.19' } as const;
    const right = { kind: 'archive', path: '/t/a#b.tar', image: 'x:1' } as const;
    expect(readCompareSubject(query(compareSourcesAddress(left, right)))).toMatchObject({
      kind: 'sources',
      left,
      right,
    });
  });

  it('takes nonsense for nothing', () => {
    expect(readCompareSubject(query('?leftSource=engine:a'))).toBeUndefined();
    expect(readCompareSubject(query('?'))).toBeUndefined();
    expect(readCompareView(query('?tab=evil&path='))).toMatchObject({ tab: undefined, path: '/' });
  });
});
