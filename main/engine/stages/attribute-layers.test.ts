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
      ['b1', 'b2'],
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
    expect(attributeLayers(layers, file, 0, ['other'])).toEqual([undefined, undefined]);
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
      ['d'],
    );
    expect(owners.slice(1)).toEqual([
      { kind: 'instruction', stage: 0, line: 2, endLine: 2 },
      { kind: 'instruction', stage: 1, line: 4, endLine: 4 },
    ]);
  });

  it('prefers equal texts when an instruction left no layer', () => {
    const file = dockerfile(
      stage(0, { kind: 'scratch' }, 1, ['FROM scratch', 'WORKDIR /a', 'RUN one', 'RUN two', 'RUN three']),
    );
    const owners = attributeLayers(
      [layer('1', 'RUN /bin/sh -c one # buildkit'), layer('3', 'RUN |1 V=2 /bin/sh -c three # buildkit')],
      file,
      0,
      [],
    );
    expect(owners.map((owner) => owner?.line)).toEqual([3, 5]);
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
      ['d'],
    );
    expect(owners.map((owner) => owner?.line)).toEqual([1, 1, 2]);
    expect(owners[1]?.kind).toBe('instruction');
  });

  it('joins continued lines before it compares', () => {
    const file = dockerfile(
      stage(0, { kind: 'scratch' }, 1, ['FROM scratch', 'RUN a && \\\n    b', 'RUN c']),
    );
    const owners = attributeLayers([layer('1', 'RUN /bin/sh -c a &&     b # buildkit')], file, 0, []);
    expect(owners.map((owner) => owner?.line)).toEqual([2]);
  });
});
