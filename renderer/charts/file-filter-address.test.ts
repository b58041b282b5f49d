import { describe, expect, it } from 'vitest';
import type { FileFilter } from '../../shared/model/file-filter.ts';
import {
  filterFor,
  filterOrNone,
  filterParameters,
  isEmptyFilter,
  readFileFilter,
} from './file-filter-address.ts';

const hostile = 'base:a&b=c#d%25+e\n<img>,x';

const filters: readonly FileFilter[] = [
  { origin: hostile },
  { origin: 'stage:0' },
  { line: { stage: 2, line: 14 } },
  { flow: { from: 'stage:0', to: 'image' } },
  { flow: { from: hostile, to: 'stage:1' }, layer: 0 },
  { fate: 'leftBehind', package: 'npm:/app/node_modules/a,b' },
  { layers: { from: 0, to: 3 }, changes: ['added', 'removed'], causes: ['copiedUp'] },
  { minBytes: 0, maxBytes: 1e12, kinds: ['file', 'symlink'], glob: '**/*.{js,ts}' },
];

/** The address after a change, as the address hook makes it. */
function query(change: ReturnType<typeof filterParameters>, before = ''): URLSearchParams {
  const next = new URLSearchParams(before);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) next.delete(name);
    else next.set(name, String(value));
  }
  return new URLSearchParams(String(next));
}

describe('the filter in an address', () => {
  it.each(filters)('comes back as it was: %j', (filter) => {
    expect(readFileFilter(query(filterParameters({ filter }))).filter).toEqual(filter);
  });

  it('takes away what it no longer says, and leaves the rest of the address', () => {
    const before = query(
      filterParameters({ filter: { flow: { from: 'stage:0', to: 'image' } }, of: 'D' }),
      'at=/usr',
    );
    expect(before.get('flowTo')).toBe('image');
    expect(String(query(filterParameters({ filter: {} }), String(before)))).toBe('at=%2Fusr');
  });

  it('leaves out what is written wrong', () => {
    const wrong =
      'line=6&layers=3-1&layer=-1&flowFrom=context&fate=gone&changes=added,nothing&min=1e3&max=&entries=directory';
    expect(readFileFilter(new URLSearchParams(wrong))).toEqual({ filter: {} });
    expect(readFileFilter(new URLSearchParams('line=1:2:3&glob=*')).filter).toEqual({ glob: '*' });
  });

  it('names the Dockerfile only where it is about stages', () => {
    const read = (filter: FileFilter) =>
      readFileFilter(query(filterParameters({ filter, of: 'Dockerfile' }))).of;
    expect(read({ origin: 'stage:0' })).toBe('Dockerfile');
    expect(read({ line: { stage: 0, line: 1 } })).toBe('Dockerfile');
    expect(read({ flow: { from: 'context', to: 'stage:1' } })).toBe('Dockerfile');
    expect(read({ origin: 'base:debian' })).toBeUndefined();
    expect(read({ flow: { from: 'context', to: 'image' } })).toBeUndefined();
  });

  it('lets nothing of another Dockerfile pass that is about stages', () => {
    const ofStage = { filter: { origin: 'stage:0' }, of: 'Dockerfile' };
    expect(filterFor(ofStage, 'Dockerfile')).toEqual({ origin: 'stage:0' });
    expect(filterFor(ofStage, 'Dockerfile.single')).toBeUndefined();
    expect(filterFor(ofStage, undefined)).toBeUndefined();
    expect(filterFor({ filter: { origin: 'context' } }, 'Dockerfile.single')).toEqual({ origin: 'context' });
  });

  it('is empty without any part', () => {
    expect(isEmptyFilter({})).toBe(true);
    expect(isEmptyFilter({ layer: undefined })).toBe(true);
    expect(isEmptyFilter({ layer: 0 })).toBe(false);
    expect(filterOrNone({ ignoreCase: true })).toBeUndefined();
  });
});
