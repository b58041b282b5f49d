import { describe, expect, it } from 'vitest';
import { copyOfExample, realEngine } from '../testing/real-engine.ts';
import { runImage } from './testing/containers.ts';
import { expectExplained } from './testing/expect-explained.ts';
import { givenEngine } from './testing/given-engine.ts';
import { givenExample } from './testing/given-example.ts';

const engine = givenEngine();

// The oldest engine's built-in frontend knows none of this.
if (realEngine.kind() === 'debian') {
  it('is refused by an engine that does not know it, with the line', async () => {
    await using folder = await copyOfExample('newer-syntax');
    const { variant } = await engine().build(folder.path);
    const { status, error } = variant().build;
    expect({ status, error }).toMatchObject({
      status: 'failed',
      error: { code: 'dockerfile-invalid', line: 3, hint: expect.stringContaining('Update Docker') },
    });
  });
} else {
  describe('newer-syntax: what Dockerfiles can say today', madeOnNewestEngine);
}

function madeOnNewestEngine(): void {
  const example = givenExample('newer-syntax', engine);

  it('adds up to the byte, with nothing untraced', () => expectExplained(example));

  it.each([
    ['COPY --link', '/usr/local/bin/look', 'context', 1, 'COPY --link --chmod', [1]],
    ['a script in a heredoc, through --link', '/srv/texts/script.txt', 'stage:0', 0, 'RUN <<SCRIPT', [0, 1]],
    ['a heredoc of COPY', '/srv/texts/heredoc.txt', 'stage:0', 0, 'COPY <<TEXT', [0, 1]],
    ['--parents', '/srv/parents/docs/guide/reading.txt', 'context', 1, 'COPY --parents', [1]],
    ['--exclude', '/srv/exclude/guide/building.txt', 'context', 1, 'COPY --exclude', [1]],
    ['a mount of a stage', '/srv/mounted.txt', 'stage:1', 1, 'RUN --mount', [1]],
  ])('traces %s', async (_, path, id, stage, instruction, through) => {
    const { origin } = await example.file('Dockerfile', path);
    const line = example.line('Dockerfile', instruction);
    expect(origin).toMatchObject({ id, stage, line, rule: 'exact', through });
  });

  it('leaves out what --exclude names', async () => {
    await expect(example.file('Dockerfile', '/srv/exclude/drafts')).rejects.toThrow('has no');
  });

  it('runs', async () => {
    expect(await runImage(example.tag('Dockerfile'))).toBe(
      `/srv/exclude/guide/building.txt: How it is built: in stages.
/srv/exclude/guide/reading.txt: How it is read: by layers.
/srv/mounted.txt: SEEN THROUGH A MOUNT, NEVER COPIED.
/srv/parents/docs/guide/reading.txt: How it is read: by layers.
/srv/texts/heredoc.txt: Written in the Dockerfile itself.
/srv/texts/script.txt: Made by a script in a heredoc.
`,
    );
  });
}
