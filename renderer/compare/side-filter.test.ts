import { describe, expect, it } from 'vitest';
import type { VariantDocument } from '../../shared/model/project-document.ts';
import type { OwnedImage } from '../charts/owners.ts';
import { sideFilter } from './side-filter.ts';

const owned = (known: boolean): OwnedImage => ({
  layers: [],
  origins: known ? new Map() : undefined,
  shares: [],
  stageNames: new Map(),
});
const side = (dockerfile: string, known = true) => ({
  owned: owned(known),
  variant: { dockerfile } as VariantDocument,
});

describe('one filter for two images', () => {
  it('holds for both where it is about what both can have', () => {
    const filter = { filter: { origin: 'base:debian' } };
    expect(sideFilter(side('A'), filter)).toEqual({ state: 'filter', filter: filter.filter });
    expect(sideFilter(side('A', false), { filter: { glob: '*.so' } })).toMatchObject({ state: 'filter' });
    expect(sideFilter(side('A'), { filter: {} })).toEqual({ state: 'filter', filter: undefined });
  });

  it('lets nothing through of another Dockerfile’s stages', () => {
    const filter = { filter: { origin: 'stage:0' }, of: 'A' };
    expect(sideFilter(side('A'), filter)).toMatchObject({ state: 'filter' });
    expect(sideFilter(side('B'), filter)).toMatchObject({ state: 'nothing' });
  });

  it('asks an image without origins nothing about them', () => {
    expect(sideFilter(side('A', false), { filter: { origin: 'context' } })).toMatchObject({
      state: 'nothing',
      why: expect.stringContaining('not known'),
    });
  });
});
