import { expect, it } from 'vitest';
import type { FileFilter } from '../../shared/model/file-filter.ts';
import { causes } from '../../shared/model/image-document.ts';
import { type FilterNames, filterWords } from './filter-words.ts';

const names: FilterNames = {
  origin: (id) => (id === 'stage:0' ? 'stage builder' : id),
  instruction: (stage, line) =>
    stage === 0 && line === 6 ? `RUN go build\n  -o /out/hello \u202e && ${'x'.repeat(80)}` : undefined,
};

const words = (filter: FileFilter) =>
  filterWords(filter, names, (bytes) => `${bytes} B`).map(({ text }) => text);

it('says each condition by itself', () => {
  expect(words({ origin: 'stage:0', flow: { from: 'stage:0', to: 'image' }, fate: 'leftBehind' })).toEqual([
    'from stage builder to the image',
    'from stage builder',
    'left behind',
  ]);
  expect(words({ origin: 'untraced', layer: 0 })).toEqual(['not traced', 'layer 1']);
  expect(words({ layers: { from: 0, to: 2 }, changes: ['added', 'removed'], causes: ['copiedUp'] })).toEqual([
    'layers 1 to 3',
    'added or removed',
    'wasted: copied up',
  ]);
  expect(words({ causes: [...causes] })).toEqual(['wasted']);
  expect(words({ minBytes: 10, maxBytes: 20, package: 'npm:/a/b', glob: '*.js' })).toEqual([
    'package /a/b',
    '10 B or larger',
    '20 B or smaller',
    '*.js',
  ]);
  expect(words({})).toEqual([]);
});

it('says a line with its instruction, short and on one line, hostile characters seen', () => {
  const [long] = words({ line: { stage: 0, line: 6 } });
  expect(long).toMatch(/^line 6: RUN go build -o \/out\/hello ⟨U\+202E⟩ && x+…$/);
  expect(long!.length).toBeLessThan(75);
  expect(words({ line: { stage: 1, line: 2 } })).toEqual(['line 2']);
});
