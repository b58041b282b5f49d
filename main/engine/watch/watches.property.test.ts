import { chmod, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { listContext } from '../project/context-entries.ts';
import { ignoreMatcher } from '../project/ignore-matcher.ts';
import { readIgnoreFile } from '../project/read-ignore-file.ts';
import { emptyFolder, watchedFolder, writeFiles } from './testing/watched-folder.ts';

const file = fc.constantFrom('a', 'd/a', 'd/b', 'd/e/a', 'f/a', 'skip/a', 'd/skip');
const folder = fc.constantFrom('d', 'd/e', 'f', 'g', 'skip');

type Step = (root: string, outside: string, number: number) => Promise<unknown>;

const write = async (path: string, text: string) => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
};

/** What people and their tools do in a folder. What cannot be done at the moment is not done. */
const step: fc.Arbitrary<readonly [string, Step]> = fc.oneof(
  file.map((path): [string, Step] => [`write ${path}`, (root, _, n) => write(join(root, path), `${n}`)]),
  file.map((path): [string, Step] => [
    `replace ${path}`,
    async (root, _, n) => {
      await write(`${join(root, path)}.tmp`, `${n}`);
      await rename(`${join(root, path)}.tmp`, join(root, path));
    },
  ]),
  file.map((path): [string, Step] => [`delete ${path}`, (root) => rm(join(root, path))]),
  file.map((path): [string, Step] => [
    `mode ${path}`,
    (root, _, n) => chmod(join(root, path), n % 2 ? 0o755 : 0o600),
  ]),
  folder.map((path): [string, Step] => [
    `rmdir ${path}`,
    (root) => rm(join(root, path), { recursive: true }),
  ]),
  fc
    .tuple(folder, folder)
    .map(([from, to]): [string, Step] => [
      `move ${from} to ${to}`,
      (root) => rename(join(root, from), join(root, to)),
    ]),
  folder.map((path): [string, Step] => [
    `move ${path} out`,
    (root, outside, n) => rename(join(root, path), join(outside, `${n}`)),
  ]),
  folder.map((path): [string, Step] => [
    `move ${path} in`,
    async (root, outside, n) => {
      await writeFiles(outside, { [`new-${n}/e/a`]: `${n}`, [`new-${n}/b`]: `${n}` });
      await rename(join(outside, `new-${n}`), join(root, path));
    },
  ]),
  fc
    .tuple(folder, folder)
    .map(([from, to]): [string, Step] => [
      `copy ${from} to ${to}`,
      (root) => cp(join(root, from), join(root, to), { recursive: true }),
    ]),
  fc
    .constantFrom('', '**/skip\n', 'd\n!d/e\n', 'f\nskip\n')
    .map((text): [string, Step] => [
      `ignore ${JSON.stringify(text)}`,
      (root) => writeFile(join(root, '.dockerignore'), text),
    ]),
);
const pause = fc.constantFrom(0, 0, 0, 5, 30, 50, 120);

/** All that a build would send of a folder, as text. */
async function contextOf(root: string): Promise<string> {
  const { patterns } = await readIgnoreFile(root, join(root, 'Dockerfile'));
  const entries = await listContext(root, ignoreMatcher(patterns));
  const lines = entries.map(async ({ path, type, mode }) => {
    const content = type === 'file' ? await readFile(join(root, path), 'utf8') : '';
    return `${path} ${type} ${mode.toString(8)} ${content}`;
  });
  return (await Promise.all(lines)).join('\n');
}

it('whatever happens in a folder, the last build had what is there in the end, and no other follows', async () => {
  const outside = await emptyFolder();
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, pause), { minLength: 1, maxLength: 12 }), async (steps) => {
      await using project = await watchedFolder({
        Dockerfile: 'FROM scratch\nCOPY . .\n',
        '.dockerignore': '**/skip\n',
        'd/a': '',
        'd/e/a': '',
        'skip/a': '',
      });
      let built = '';
      project.build = async (_, signal) => {
        // A folder that changes while it is read fails the build, and is a change.
        const context = await contextOf(project.path).catch((error: Error) => error.message);
        await sleep(20, undefined, { signal });
        built = context;
      };
      await project.start();
      for (const [[, act], ms] of steps) {
        await act(project.path, outside, ++count).catch(() => {});
        if (ms > 0) await sleep(ms);
      }
      const expected = await contextOf(project.path);
      await expect.poll(() => built, { timeout: 5000 }).toBe(expected);
      await sleep(120);
      const { builds } = project;
      await sleep(120);
      expect([project.builds, built, project.atOnce]).toEqual([builds, expected, 1]);
    }),
    { numRuns: 15, endOnFailure: true },
  );
  await rm(outside, { recursive: true });
}, 240_000);
