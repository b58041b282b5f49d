import { describe, expect, it } from 'vitest';
import { expectToolIn, runImage, runIn } from './testing/containers.ts';
import { expectExplained } from './testing/expect-explained.ts';
import { givenEngine } from './testing/given-engine.ts';
import { givenExample } from './testing/given-example.ts';
import { leftBehind } from './testing/left-behind.ts';
import { sayAll } from './testing/say.ts';

const engine = givenEngine();

describe('python-user: packages of pip --user, copied', () => {
  const example = givenExample('python-user', engine);
  const packages = '/root/.local/lib/python3.11/site-packages';

  it('adds up to the byte, with nothing untraced', () => expectExplained(example));

  it('traces the packages to the line of pip, and the program to the context', async () => {
    const library = await example.file('Dockerfile', `${packages}/jinja2/environment.py`);
    expect(library.origin).toMatchObject({
      ...{ id: 'stage:0', name: 'builder', stage: 0, rule: 'exact', through: [0, 1] },
      line: example.line('Dockerfile', 'RUN pip install'),
    });
    expect(library.package).toMatchObject({ ecosystem: 'python', version: '3.1.2' });
    const program = await example.file('Dockerfile', '/app/letters/__main__.py');
    const line = example.line('Dockerfile', 'COPY letters');
    expect(program.origin).toMatchObject({ id: 'context', stage: 1, line, rule: 'exact', through: [1] });
  });

  it('leaves the compiler behind', async () => {
    expect(leftBehind(example.stage('Dockerfile', 'builder'))).toContain('C and C++ compilers');
    const images = { builder: example.tag('Dockerfile#builder'), result: example.tag('Dockerfile') };
    await expectToolIn(images, ['gcc', '--version'], /^gcc /);
    expect(await runIn(example.tag('Dockerfile.single'), 'gcc', '--version')).toMatch(/^gcc /);
  });

  it('says why: the compiler; Python is in both', () => {
    expect(example.baseline()).toBe('Dockerfile.single');
    expect(sayAll(example.difference('Dockerfile'))).toMatch(/compiler/i);
  });

  it('runs', async () => {
    const letter = 'Dear A &lt; B,\nthis was written by Jinja 3.1.2, escaped by C.\n';
    for (const variant of ['Dockerfile', 'Dockerfile.single']) {
      expect(await runImage(example.tag(variant), 'A < B')).toBe(letter);
    }
  });
});
