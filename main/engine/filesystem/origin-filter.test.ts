import { describe, expect, it } from 'vitest';
import type { FileFilter } from '../../../shared/model/file-filter.ts';
import type { FileOrigin } from '../../../shared/model/origin.ts';
import { fileAt } from './file-at.ts';
import type { Filesystem } from './filesystem.ts';
import { largestFiles } from './largest-files.ts';
import { listDirectory } from './list-directory.ts';
import { searchFiles } from './search-files.ts';
import { selectFiles } from './select-files.ts';
import { bytes, file, symlink } from './testing/layer-of.ts';
import { merged } from './testing/merged.ts';
import { cutTreemap } from './treemap.ts';

const origin = (kind: FileOrigin['kind'], id: string, line: number, through: number[]): FileOrigin => ({
  kind,
  id,
  name: id,
  stage: through[0]!,
  line,
  endLine: line,
  rule: kind === 'untraced' ? null : 'exact',
  through,
});

// FROM alpine AS builder, RUN make; FROM debian, COPY --from=builder, RUN chown.
const base = origin('base', 'base:debian', 3, [1]);
const alpine = origin('base', 'base:alpine', 1, [0, 1]);
const made = origin('stage', 'stage:0', 2, [0, 1]);
const own = origin('stage', 'stage:1', 5, [1]);
const plain = merged(
  [file('/bin/sh', bytes(1000)), symlink('/bin/bash', 'sh')],
  [file('/app/tool', bytes(200)), file('/app/certificate', bytes(30))],
  [file('/app/tool', bytes(200), { uid: 1 }), file('/app/log', bytes(4))],
);
const image: Filesystem = {
  ...plain,
  origins: {
    sources: [base, alpine, made, own],
    // sh, bash, tool, certificate, tool again, log.
    ofInode: Uint16Array.of(0, 0, 2, 1, 2, 3),
    owners: [
      { kind: 'base', reference: 'debian', stage: 1, line: 3 },
      { kind: 'instruction', stage: 1, line: 4, endLine: 4 },
      { kind: 'instruction', stage: 1, line: 5, endLine: 5 },
    ],
    fate: Uint8Array.of(1, 1, 0, 2, 3, 3),
  },
};

/** Paths that pass, with their bytes. */
function passing(filter: FileFilter): Record<string, number> {
  const { rows } = searchFiles(image, { text: '', filter, directories: false, offset: 0, limit: 100 });
  return Object.fromEntries(rows.map(({ path, bytes }) => [path, bytes]));
}

describe('a filter by origin', () => {
  it('lets through what has it, in every view', () => {
    const filter = { origin: 'stage:0' };
    const page = { offset: 0, limit: 10 };
    const names = ({ rows }: { rows: readonly { name: string }[] }) => rows.map(({ name }) => name);
    expect(passing(filter)).toEqual({ '/app/tool': 200 });
    expect(names(listDirectory(image, { path: '/', filter, ...page }))).toEqual(['app']);
    expect(names(largestFiles(image, { filter, ...page }))).toEqual(['tool']);
    expect(fileAt(image, { path: '/app', filter })).toMatchObject({ bytes: 200, files: 1 });
    expect(cutTreemap(image, { path: '/', tiles: 10, filter })).toMatchObject({
      bytes: 200,
      origin: 'stage:0',
    });
  });

  it('takes what else is asked for', () => {
    expect(passing({ origin: 'base:debian' })).toEqual({ '/bin/sh': 1000, '/bin/bash': 0 });
    expect(passing({ origin: 'base:debian', kinds: ['symlink'] })).toEqual({ '/bin/bash': 0 });
    expect(passing({ origin: 'base:debian', layer: 1 })).toEqual({});
    expect(passing({ origin: 'stage:0', causes: ['copiedUp'] })).toEqual({ '/app/tool': 200 });
    expect(passing({ origin: 'stage:1', causes: ['copiedUp'] })).toEqual({});
  });
});

describe('a filter by line', () => {
  it('has what the instruction made or brought, and what its layer stores', () => {
    expect(passing({ line: { stage: 0, line: 2 } })).toEqual({ '/app/tool': 200 });
    expect(passing({ line: { stage: 1, line: 3 } })).toEqual({ '/bin/sh': 1000, '/bin/bash': 0 });
    expect(passing({ line: { stage: 1, line: 4 } })).toEqual({ '/app/certificate': 30 });
    expect(passing({ line: { stage: 1, line: 5 } })).toEqual({ '/app/tool': 200, '/app/log': 4 });
    expect(passing({ line: { stage: 1, line: 4 }, causes: ['copiedUp'] })).toEqual({ '/app/tool': 200 });
  });

  it('knows stages apart', () => {
    expect(selectFiles(image, { line: { stage: 1, line: 3 } }).bytes(0)).toBe(1000);
    expect(selectFiles(image, { line: { stage: 0, line: 3 } }).bytes(0)).toBe(0);
    expect(selectFiles(image, { line: { stage: 1, line: 2 } }).bytes(0)).toBe(0);
  });
});

describe('a filter by an edge of the flow graph', () => {
  it.each([
    ['base:alpine', 'stage:0', { '/app/certificate': 30 }],
    ['stage:0', 'stage:1', { '/app/tool': 200, '/app/certificate': 30 }],
    ['base:debian', 'stage:1', { '/bin/sh': 1000, '/bin/bash': 0 }],
    [
      'stage:1',
      'image',
      { '/bin/sh': 1000, '/app/tool': 200, '/app/certificate': 30, '/app/log': 4, '/bin/bash': 0 },
    ],
    ['stage:1', 'stage:0', {}],
    ['stage:0', 'image', {}],
    ['image', 'stage:0', {}],
  ])('from %s to %s has what goes along it', (from, to, wanted) => {
    expect(passing({ flow: { from, to } })).toEqual(wanted);
  });
});

describe('a filter by fate', () => {
  it('has what is live and became that', () => {
    expect(passing({ fate: 'shared' })).toEqual({ '/bin/sh': 1000, '/bin/bash': 0 });
    expect(passing({ fate: 'reached' })).toEqual({ '/app/certificate': 30 });
    expect(passing({ fate: 'leftBehind' })).toEqual({ '/app/tool': 200, '/app/log': 4 });
    expect(passing({ fate: 'leftBehind', origin: 'stage:0' })).toEqual({ '/app/tool': 200 });
  });
});

describe('a filter by where content is from', () => {
  const filters: FileFilter[] = [
    { origin: 'base:none' },
    { line: { stage: 7, line: 70 } },
    { flow: { from: 'base:none', to: 'stage:0' } },
    { flow: { from: '', to: '' } },
  ];

  it('lets nothing through that the image does not have, since two images share one filter', () => {
    for (const filter of filters) expect(passing(filter)).toEqual({});
  });

  it('is refused of an image whose origins are not known', () => {
    for (const filter of [...filters, { fate: 'shared' } as const]) {
      expect(() => selectFiles(plain, filter)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    }
  });
});

describe('a row', () => {
  it('says where the content is from, of what is no directory, also where it is gone', () => {
    expect(fileAt(image, { path: '/bin/sh' })!.origin).toEqual(base);
    expect(fileAt(image, { path: '/bin/bash' })!.origin).toEqual(base);
    expect(fileAt(image, { path: '/app' })).not.toHaveProperty('origin');
    expect(fileAt(plain, { path: '/bin/sh' })).not.toHaveProperty('origin');
    const gone = fileAt(image, { path: '/app/tool', filter: { causes: ['copiedUp'] } });
    expect(gone).toMatchObject({ gone: true, origin: made });
  });
});

describe('a tile', () => {
  it('has the origin of most of its bytes, of equals the first; what has no bytes has none', () => {
    const tile = (path: string, filter?: FileFilter) => cutTreemap(image, { path, tiles: 10, filter }).origin;
    expect(tile('/')).toBe('base:debian');
    expect(tile('/app')).toBe('stage:0');
    expect(tile('/app', { maxBytes: 30 })).toBe('base:alpine');
    expect(tile('/', { origin: 'none' })).toBeUndefined();
    expect(cutTreemap(plain, { path: '/', tiles: 10 })).not.toHaveProperty('origin');
  });
});
