import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findDockerfiles } from '../project/find-dockerfiles.ts';
import { readStatements } from '../project/statements.ts';
import { root } from '../testing/real-engine.ts';
import { NEEDS_A_HOST, twinFolder } from './testing/twins.ts';

const folder = join(root, 'examples');
const examples = readdirSync(folder);
const twins = readdirSync(twinFolder('.'));

describe.each(examples)('the example %s', (name) => {
  const read = (file: string) => readFileSync(join(folder, name, file), 'utf8');

  it('has a README of three lines, which says how to see it', () => {
    const lines = read('README.md').split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[2]).toBe(
      `See it: \`npm start examples/${name}\`, or \`npx layerscope build examples/${name}\`.`,
    );
    expect(lines[3]).toBe('');
  });

  it('keeps what the image does not need out of the context', () => {
    const ignored = read('.dockerignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.dockerignore', '.git', 'Dockerfile*', 'README.md']));
  });

  it('is in the list of the README, with a twin where it needs one', async () => {
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(`(examples/${name})`);
    expect(examples).toEqual(expect.arrayContaining(twins));
  });
});

describe.each(twins)('the twin of %s', (name) => {
  it('stands for Dockerfiles of the example that need a host', async () => {
    const theirs = await findDockerfiles(join(folder, name));
    const ours = readdirSync(twinFolder(name));
    expect(theirs).toEqual(expect.arrayContaining(ours));
  });

  it.each(readdirSync(twinFolder(name)))('differs in RUN lines that need a host only: %s', (file) => {
    const [example, twin] = [join(folder, name, file), join(twinFolder(name), file)].map((path) =>
      readStatements(readFileSync(path, 'utf8')),
    );
    expect(twin!.lines).toHaveLength(example!.lines.length);
    const differing = twin!.lines.flatMap((text, at) => (text === example!.lines[at] ? [] : [at + 1]));
    expect(differing).not.toEqual([]);
    // The same lines belong together in both, so that everything is on the line that it would be on.
    const places = (statements: typeof twin) =>
      statements!.statements.map(({ line, endLine }) => [line, endLine]);
    expect(places(twin)).toEqual(places(example));

    const marked = twin!.statements.filter(({ text }) => NEEDS_A_HOST.test(text));
    const isMarked = (line: number) => marked.some((run) => run.line <= line && line <= run.endLine);
    expect(differing.filter((line) => !isMarked(line))).toEqual([]);
    for (const { text, line, endLine } of marked) {
      expect(text).toMatch(/^RUN /);
      expect(example!.lines[line - 1]).toMatch(/^RUN /);
      expect(differing.some((differs) => line <= differs && differs <= endLine)).toBe(true);
    }
  });
});
