import { describe, expect, it } from 'vitest';
import { expectToolIn, runImage, runIn } from './testing/containers.ts';
import { expectExplained } from './testing/expect-explained.ts';
import { givenEngine } from './testing/given-engine.ts';
import { givenExample } from './testing/given-example.ts';
import { leftBehind } from './testing/left-behind.ts';
import { sayAll } from './testing/say.ts';

const engine = givenEngine();

describe('node-stages: one stage, two and three', () => {
  const example = givenExample('node-stages', engine);
  const compiler = '/app/node_modules/typescript/bin/tsc';

  it('adds up to the byte, with nothing untraced', () => expectExplained(example));

  it('traces what three stages made, each file to its line', async () => {
    const program = await example.file('Dockerfile', '/app/dist/main.js');
    expect(program.origin).toMatchObject({
      ...{ id: 'stage:1', name: 'builder', stage: 1, rule: 'exact', through: [1, 2] },
      line: example.line('Dockerfile', 'RUN npm run build'),
    });
    // Installed in the first stage, pruned in the second, shipped by the third.
    const dependency = await example.file('Dockerfile', '/app/node_modules/ms/index.js');
    expect(dependency.origin).toMatchObject({
      ...{ id: 'stage:0', name: 'deps', stage: 0, rule: 'exact', through: [0, 1, 2] },
      line: example.line('Dockerfile', 'RUN npm-ci'),
    });
    expect(dependency.package).toMatchObject({ ecosystem: 'npm', name: 'ms', version: '2.1.3' });
    const manifest = await example.file('Dockerfile', '/app/package.json');
    expect(manifest.origin).toMatchObject({
      ...{ id: 'context', stage: 1, rule: 'exact', through: [1, 2] },
      line: example.line('Dockerfile', 'COPY . .'),
    });
  });

  it('traces what two stages made: the dependencies are the second one’s own', async () => {
    const program = await example.file('Dockerfile.two-stage', '/app/dist/main.js');
    const line = example.line('Dockerfile.two-stage', 'RUN npm run build');
    expect(program.origin).toMatchObject({ id: 'stage:0', stage: 0, line, rule: 'exact', through: [0, 1] });
    const dependency = await example.file('Dockerfile.two-stage', '/app/node_modules/ms/index.js');
    expect(dependency.origin).toMatchObject({
      ...{ id: 'stage:1', name: 'production', stage: 1, rule: 'exact', through: [1] },
      line: example.line('Dockerfile.two-stage', 'RUN npm-ci', 1),
    });
  });

  it('leaves the dev dependencies behind, the compiler first', async () => {
    for (const [variant, stage] of [
      ['Dockerfile', 'deps'],
      ['Dockerfile.two-stage', 'builder'],
    ] as const) {
      expect(leftBehind(example.stage(variant, stage))).toContain('npm:typescript');
      const images = { builder: example.tag(`${variant}#${stage}`), result: example.tag(variant) };
      await expectToolIn(images, [compiler, '--version'], /^Version 4\./);
      await expect(example.file(variant, compiler)).rejects.toThrow('has no');
    }
    expect(await runIn(example.tag('Dockerfile.single'), compiler, '--version')).toMatch(/^Version/);
  });

  it('says why: the dev dependencies; and that the runtime is the same', () => {
    expect(example.baseline()).toBe('Dockerfile.single');
    for (const variant of ['Dockerfile', 'Dockerfile.two-stage']) {
      expect(sayAll(example.difference(variant))).toMatch(/development dependencies/);
    }
  });

  it.each(['Dockerfile', 'Dockerfile.two-stage', 'Dockerfile.single'])('runs: %s', async (variant) => {
    expect(await runImage(example.tag(variant))).toBe('90m is about 2 hours\n');
  });
});
