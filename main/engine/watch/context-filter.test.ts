import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listContext } from '../project/context-entries.ts';
import { ignoreMatcher } from '../project/ignore-matcher.ts';
import { parseIgnoreFile } from '../project/ignore-pattern.ts';
import { contextFilter } from './context-filter.ts';
import { emptyFolder, writeFiles } from './testing/watched-folder.ts';

const files = ['a', 'b/a', 'b/ab', 'ab/a/b', 'ab/a/a/b', 'ab/b/ab', 'c/a/b/ab'];
let folder: string;

beforeAll(async () => {
  folder = await emptyFolder();
  await writeFiles(folder, Object.fromEntries(files.map((path) => [path, ''])));
});
afterAll(() => rm(folder, { recursive: true }));

const name = fc.constantFrom('a', 'b', 'ab', 'c', '*', '**', 'a*');
const line = fc
  .tuple(fc.constantFrom('', '', '!'), fc.array(name, { minLength: 1, maxLength: 3 }))
  .map(([sign, names]) => sign + names.join('/'));

describe('a context', () => {
  it('holds exactly the files that are sent, in whatever order they are asked for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 6 }), fc.shuffledSubarray(files), async (lines, asked) => {
        const patterns = parseIgnoreFile(lines.join('\n'));
        const listed = await listContext(folder, ignoreMatcher(patterns));
        const sent = new Set(listed.map(({ path }) => path));
        const filter = contextFilter(patterns);
        for (const path of asked) {
          expect([path, filter.isSent(path)]).toEqual([path, sent.has(path)]);
          if (!sent.has(path)) continue;
          const parts = path.split('/');
          for (let depth = 0; depth <= parts.length; depth++) {
            const above = parts.slice(0, depth).join('/');
            expect([above, filter.mayHoldSent(above)]).toEqual([above, true]);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('holds nothing of an ignored folder that no exception reaches', () => {
    const filter = contextFilter(parseIgnoreFile('node_modules\nout\n!out/kept'));
    const paths = ['node_modules', 'node_modules/a/b', 'out', 'out/kept', 'out/kept/a', 'out/other/a', 'src'];
    expect(paths.filter(filter.mayHoldSent)).toEqual(['out', 'out/kept', 'out/kept/a', 'src']);
    expect(paths.filter(filter.isSent)).toEqual(['out/kept', 'out/kept/a', 'src']);
  });
});
