import { describe, expect, it } from 'vitest';
import type { Dockerfile, Instruction, Stage } from '../../../shared/model/project.ts';
import { attributeLayers, stageChain } from './attribute-layers.ts';

function stage(
  index: number,
  base: Stage['base'],
  line: number,
  texts: readonly string[],
  name?: string,
): Stage {
  const instructions: Instruction[] = texts.map((text, offset) => ({
    keyword: text.split(' ')[0]!,
    text,
    line: line + offset,
    endLine: line + offset,
  }));
  return { index, name, base, line, endLine: line + texts.length - 1, instructions, copies: [] };
}

function dockerfile(...stages: Stage[]): Dockerfile {
  return { path: 'Dockerfile', context: '.', escape: '\\', args: [], stages, source: '' };
}

const layer = (diffId: string, createdBy?: string) => ({ diffId, createdBy });
const on = (diffIds: string[], triggers = 0) => ({ diffIds, triggers });
const onImage = { kind: 'image', reference: 'debian:bookworm' } as const;

describe('attributeLayers', () => {
  it('tells base layers by diff_id and gives the others their line', () => {
    const file = dockerfile(
      stage(0, onImage, 1, ['FROM debian:bookworm', 'WORKDIR /src', 'ENV A=1', 'COPY . .', 'RUN make']),
    );
    const owners = attributeLayers(
      [
        layer('b1'),
        layer('b2'),
        layer('x', 'WORKDIR /src'),
        layer('y', 'COPY . . # buildkit'),
        layer('z', 'RUN /bin/sh -c make # buildkit'),
      ],
      file,
      0,
      on(['b1', 'b2']),
    );
    const base = { kind: 'base', reference: 'debian:bookworm', stage: 0, line: 1 };
    expect(owners).toEqual([
      base,
      base,
      { kind: 'instruction', stage: 0, line: 2, endLine: 2 },
      { kind: 'instruction', stage: 0, line: 4, endLine: 4 },
      { kind: 'instruction', stage: 0, line: 5, endLine: 5 },
    ]);
  });

  it('says nothing when the base is unknown or not where it should be', () => {
    const file = dockerfile(stage(0, onImage, 1, ['FROM debian:bookworm', 'RUN make']));
    const layers = [layer('b1'), layer('z', 'RUN /bin/sh -c make # buildkit')];
    expect(attributeLayers(layers, file, 0, undefined)).toEqual([undefined, undefined]);
    expect(attributeLayers(layers, file, 0, on(['other']))).toEqual([undefined, undefined]);
  });

  it('follows a stage that stands on a stage', () => {
    const file = dockerfile(
      stage(0, onImage, 1, ['FROM debian:bookworm AS builder', 'RUN a'], 'builder'),
      stage(1, { kind: 'stage', index: 0 }, 3, ['FROM builder', 'RUN b']),
    );
    expect(stageChain(file, 1).map((s) => s.index)).toEqual([0, 1]);
    const owners = attributeLayers(
      [layer('d'), layer('1', 'RUN /bin/sh -c a # buildkit'), layer('2', 'RUN /bin/sh -c b # buildkit')],
      file,
      1,
      on(['d']),
    );
    expect(owners.slice(1)).toEqual([
      { kind: 'instruction', stage: 0, line: 2, endLine: 2 },
      { kind: 'instruction', stage: 1, line: 4, endLine: 4 },
    ]);
  });

  it('tells lines of equal text by their order', () => {
    const file = dockerfile(
      stage(0, onImage, 1, ['FROM debian:bookworm', 'RUN a', 'COPY b /', 'RUN a', 'RUN a']),
    );
    const run = 'RUN |1 A=b /bin/sh -c a # buildkit';
    const layers = [
      layer('d'),
      layer('1', run),
      layer('2', 'COPY b / # buildkit'),
      layer('1', run),
      layer('1', run),
    ];
    expect(attributeLayers(layers, file, 0, on(['d'])).map((owner) => owner?.line)).toEqual([1, 2, 3, 4, 5]);
  });

  it('says nothing where the history does not fit the instructions', () => {
    const file = dockerfile(stage(0, { kind: 'scratch' }, 1, ['FROM scratch', 'RUN one', 'RUN two']));
    const one = layer('1', 'RUN /bin/sh -c one # buildkit');
    for (const layers of [
      [one],
      [one, one, one],
      [one, layer('2')],
      [one, layer('2', 'COPY two / # buildkit')],
    ]) {
      expect(attributeLayers(layers, file, 0, on([]))).toEqual(layers.map(() => undefined));
    }
  });

  it('knows that a WORKDIR makes a layer but for the root, and cannot always tell which that is', () => {
    const owners = (texts: readonly string[], ...history: readonly string[]) =>
      attributeLayers(
        history.map((createdBy, at) => layer(String(at), createdBy)),
        dockerfile(stage(0, { kind: 'scratch' }, 1, ['FROM scratch', ...texts])),
        0,
        on([]),
      ).map((owner) => owner?.line);
    const [copy, run] = ['COPY a / # buildkit', 'RUN /bin/sh -c x # buildkit'];
    expect(owners(['WORKDIR /', 'WORKDIR //', 'COPY a /'], copy)).toEqual([4]);
    expect(owners(['WORKDIR /a/', 'WORKDIR b', 'COPY a /'], 'WORKDIR /a', 'WORKDIR /a/b', copy)).toEqual([
      2, 3, 4,
    ]);
    expect(owners(['WORKDIR $A', 'COPY a /'], copy)).toEqual([3]);
    expect(owners(['WORKDIR $A', 'COPY a /', 'WORKDIR $B'], copy, 'WORKDIR /b')).toEqual([3, 4]);
    expect(owners(['WORKDIR $A', 'WORKDIR /c', 'RUN x'], 'WORKDIR /c', run)).toEqual([3, 4]);
    // Either of the two; what comes after is sure all the same.
    expect(owners(['WORKDIR $A', 'WORKDIR $B', 'RUN x'], 'WORKDIR /c', run)).toEqual([undefined, 4]);
  });

  it('gives layers of ONBUILD to the FROM line', () => {
    const file = dockerfile(stage(0, onImage, 1, ['FROM debian:bookworm', 'COPY app /app']));
    const owners = attributeLayers(
      [
        layer('d'),
        layer('o', 'RUN /bin/sh -c echo from-onbuild # buildkit'),
        layer('c', 'COPY app /app # buildkit'),
      ],
      file,
      0,
      on(['d'], 1),
    );
    expect(owners.map((owner) => owner?.line)).toEqual([1, 1, 2]);
    expect(owners[1]).toMatchObject({ kind: 'instruction', trigger: true });
  });

  it('gives layers of an ONBUILD of a stage to the FROM of the stage on it, and of no other', () => {
    const file = dockerfile(
      stage(0, onImage, 1, ['FROM debian:bookworm AS a', 'ONBUILD RUN x', 'ONBUILD ENV A=b', 'RUN y'], 'a'),
      stage(1, { kind: 'stage', index: 0 }, 5, ['FROM a AS b', 'RUN z'], 'b'),
      stage(2, { kind: 'stage', index: 1 }, 7, ['FROM b', 'COPY c /']),
    );
    const run = (command: string) => layer(command, `RUN /bin/sh -c ${command} # buildkit`);
    const layers = [layer('d'), run('y'), run('x'), run('z'), layer('c', 'COPY c / # buildkit')];
    const owners = attributeLayers(layers, file, 2, on(['d']));
    expect(owners.map((owner) => owner?.line)).toEqual([1, 4, 5, 6, 8]);
    expect(owners[2]).toMatchObject({ stage: 1, trigger: true });
  });
});
