import { describe, expect, it } from 'vitest';
import { runImage } from './testing/containers.ts';
import { expectExplained } from './testing/expect-explained.ts';
import { givenEngine } from './testing/given-engine.ts';
import { givenExample } from './testing/given-example.ts';

describe('compose-services: three services on one Dockerfile', () => {
  const example = givenExample('compose-services', givenEngine());

  it('adds up to the byte, with nothing untraced', () => expectExplained(example));

  it('builds each once, with its own arguments', () => {
    expect(example.variants().map(({ name, target, buildArgs }) => [name, target, buildArgs])).toEqual([
      ['Dockerfile', null, {}],
      ['Dockerfile#builder', 'builder', {}],
      ['compose.yaml#worker', null, { BASE: 'scratch', PROGRAM: 'worker' }],
    ]);
  });

  it('traces the program of each to the line that compiled it', async () => {
    for (const name of ['Dockerfile', 'compose.yaml#worker']) {
      const { origin, bytes } = await example.file(name, '/usr/local/bin/program');
      const line = example.line('Dockerfile', 'RUN CGO_ENABLED=0 go build');
      expect(origin).toMatchObject({ id: 'stage:0', line, rule: 'exact', through: [0, 1] });
      if (name !== 'Dockerfile') expect(example.variant(name).image?.sizes.live).toBe(bytes);
    }
    expect(example.variant('Dockerfile').stages[1]!.base).toBe('alpine:3.20');
    expect(example.variant('compose.yaml#worker').stages[1]!.base).toBe('scratch');
  });

  it('runs', async () => {
    expect(await runImage(example.tag('Dockerfile'), '--version')).toBe('web 1.0\n');
    expect(await runImage(example.tag('compose.yaml#worker'))).toBe('worker: nothing to do\n');
  });
});
