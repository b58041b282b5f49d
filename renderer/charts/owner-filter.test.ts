import { describe, expect, it } from 'vitest';
import { isOwnerFilter, ownerFilter } from './owner-filter.ts';
import type { OwnedImage, Owner } from './owners.ts';

const owner = (id: string, kind: Owner['kind']): Owner => ({
  id,
  kind,
  label: id,
  title: id,
  color: 'base-1',
});
const debian = owner('base:debian', 'base');
const golang = owner('base:golang', 'base');
const stage = owner('stage:Dockerfile:1', 'stage');

/** Built on golang, which is built on debian. */
const onTwoBases: OwnedImage = {
  layers: [debian, golang, golang, stage],
  origins: new Map([
    ['base:golang', golang],
    ['stage:1', stage],
  ]),
  shares: [],
  stageNames: new Map(),
};
/** Built on debian, with files of golang copied into a layer of the stage. */
const withCopies: OwnedImage = {
  ...onTwoBases,
  layers: [debian, stage],
  origins: new Map([
    ['base:debian', debian],
    ['base:golang', golang],
    ['stage:1', stage],
  ]),
};

describe('the filter of an owner', () => {
  it('is its origin as the image has it', () => {
    expect(ownerFilter(withCopies, stage)).toEqual({ origin: 'stage:1' });
    expect(ownerFilter(withCopies, debian)).toEqual({ origin: 'base:debian' });
    expect(ownerFilter(withCopies, golang)).toEqual({ origin: 'base:golang' });
  });

  it('tells a base that lies under another one by its layers', () => {
    expect(ownerFilter(onTwoBases, debian)).toEqual({ layers: { from: 0, to: 0 } });
    expect(ownerFilter(onTwoBases, golang)).toEqual({ origin: 'base:golang', layers: { from: 1, to: 2 } });
  });

  it('is known again', () => {
    for (const owned of [onTwoBases, withCopies]) {
      for (const one of new Set(owned.layers)) {
        expect(isOwnerFilter({ ...ownerFilter(owned, one), glob: '*.so' }, owned, one)).toBe(true);
        for (const other of owned.layers) {
          if (other !== one) expect(isOwnerFilter(ownerFilter(owned, other), owned, one)).toBe(false);
        }
        expect(isOwnerFilter({}, owned, one)).toBe(false);
      }
    }
  });
});
