import { describe, expect, it } from 'vitest';
import type { Dockerfile, Instruction } from '../../shared/model/project.ts';
import type { LineBytes, LineWaste, VariantDocument } from '../../shared/model/project-document.ts';
import { dockerfileRows, rowAfterKey, rowOfPlace } from './dockerfile-rows.ts';

const source = `# comment
ARG V=1.22

FROM golang:$V AS builder
COPY . .
RUN go build \\
  -o /out/hello
\t
FROM scratch AS unused
FROM debian
COPY --from=builder /out/hello /
`;

const at = (keyword: string, line: number, endLine = line): Instruction => ({
  keyword,
  text: '',
  line,
  endLine,
});

const dockerfile: Dockerfile = {
  path: 'Dockerfile',
  context: '.',
  escape: '\\',
  args: [],
  source,
  stages: [
    {
      index: 0,
      name: 'builder',
      base: { kind: 'image', reference: 'golang:1.22' },
      line: 4,
      endLine: 7,
      instructions: [at('FROM', 4), at('COPY', 5), at('RUN', 6, 7)],
      copies: [],
    },
    {
      index: 1,
      name: 'unused',
      base: { kind: 'scratch' },
      line: 9,
      endLine: 9,
      instructions: [at('FROM', 9)],
      copies: [],
    },
    {
      index: 2,
      base: { kind: 'image', reference: 'debian' },
      line: 10,
      endLine: 11,
      instructions: [at('FROM', 10), at('COPY', 11)],
      copies: [{ line: 11, source: { kind: 'stage', index: 0 } }],
    },
  ],
};

const bytes = (
  stage: number,
  keyword: string,
  line: number,
  endLine: number,
  added: number | null,
): LineBytes => ({
  stage,
  keyword,
  line,
  endLine,
  added,
  live: added,
  wasted: added === null ? null : 0,
  contributed: 0,
});
const stage = (index: number, name: string, built: boolean): VariantDocument['stages'][number] => ({
  index,
  name,
  base: '',
  built,
  live: null,
  own: null,
  shared: null,
  reached: null,
  leftBehind: null,
  leftBehindGroups: null,
  leftBehindPackages: null,
});
const waste = (stored: number | null, wasted: number | null, size: number): LineWaste => ({
  cause: 'copiedUp',
  bytes: size,
  files: 1,
  layer: 0,
  hiddenBy: 1,
  storedBy: stored === null ? null : { stage: 0, line: stored, endLine: stored },
  wastedBy: wasted === null ? null : { stage: 0, line: wasted, endLine: wasted },
  path: '/a',
  fix: null,
});

function variant(change: Partial<VariantDocument> = {}): VariantDocument {
  return {
    name: 'Dockerfile',
    dockerfile: 'Dockerfile',
    context: '.',
    target: null,
    platform: null,
    buildArgs: {},
    kind: 'multi-stage',
    build: {
      status: 'built',
      durationMs: 0,
      steps: 0,
      cachedSteps: 0,
      transport: 'save',
      bytesRead: 0,
      tag: null,
      error: null,
    },
    image: null,
    origins: null,
    stages: [stage(0, 'builder', true), stage(1, 'unused', false), stage(2, '', true)],
    leftBehind: null,
    flows: null,
    lines: [
      bytes(0, 'FROM', 4, 4, 700),
      bytes(0, 'COPY', 5, 5, 10),
      bytes(0, 'RUN', 6, 7, 20),
      bytes(2, 'COPY', 11, 11, 5),
    ],
    waste: null,
    ...change,
  };
}

const shown = (change?: Partial<VariantDocument>) =>
  dockerfileRows(dockerfile, variant(change)).rows.map((row) =>
    row.kind === 'text'
      ? `${row.number}${row.place ? ` ${row.place.stage}:${row.place.line}` : ''}${row.bytes ? ` ${row.bytes.added}` : ''}${row.isBuilt ? '' : ' unbuilt'}`
      : row.kind === 'stage'
        ? `stage ${row.index}${row.isBuilt ? '' : ' unbuilt'}`
        : `waste ${row.waste.bytes}`,
  );

describe('the rows of a Dockerfile', () => {
  it('are its lines, a head before each stage, and the bytes at the first line of an instruction', () => {
    expect(shown()).toEqual([
      '1',
      '2',
      '3',
      'stage 0',
      '4 0:4 700',
      '5 0:5 10',
      '6 0:6 20',
      '7 0:6',
      '8',
      'stage 1 unbuilt',
      '9 1:9 unbuilt',
      'stage 2',
      '10 2:10',
      '11 2:11 5',
    ]);
  });

  it('put waste after the last line of the instruction that wastes, else of the one that stored it', () => {
    const items = [waste(5, 6, 3), waste(5, null, 2), waste(null, null, 1)];
    const rows = shown({ waste: { total: 3, totalBytes: 6, items } });
    expect(rows.slice(5, 10)).toEqual(['5 0:5 10', 'waste 2', '6 0:6 20', '7 0:6', 'waste 3']);
    expect(rows).not.toContain('waste 1');
  });

  it('have the origin that a line brought most of', () => {
    const origin = (id: string, size: number) => ({
      kind: 'context' as const,
      id,
      name: id,
      bytes: size,
      files: 1,
      lines: [{ stage: 0, line: 5, endLine: 5, bytes: size, rule: 'exact' as const }],
    });
    const { rows } = dockerfileRows(
      dockerfile,
      variant({ origins: [origin('context', 3), origin('other', 7)] }),
    );
    expect(rows.filter((row) => row.kind === 'text' && row.origin === 'other')).toHaveLength(1);
  });

  it('lose the figures that no longer stand at their line, and say so', () => {
    expect(dockerfileRows(dockerfile, variant()).isChanged).toBe(false);
    const moved = dockerfileRows(dockerfile, variant({ lines: [bytes(0, 'RUN', 5, 5, 10)] }));
    expect(moved.isChanged).toBe(true);
    expect(moved.rows.some((row) => row.kind === 'text' && row.bytes)).toBe(false);
    expect(dockerfileRows(dockerfile, variant({ lines: [bytes(0, 'RUN', 40, 40, 1)] })).isChanged).toBe(true);
  });

  it('have no figures without a build, and nothing is said to be unbuilt', () => {
    const { rows, largest, isChanged } = dockerfileRows(dockerfile, undefined);
    expect([largest, isChanged]).toEqual([0, false]);
    expect(rows.every((row) => row.kind === 'waste' || row.isBuilt)).toBe(true);
  });

  it('find the first row of an instruction', () => {
    const file = dockerfileRows(dockerfile, variant());
    expect(file.instructions).toEqual([4, 5, 6, 10, 12, 13]);
    expect(rowOfPlace(file, { stage: 0, line: 6 })).toBe(6);
    expect(rowOfPlace(file, { stage: 1, line: 6 })).toBe(-1);
    expect(rowOfPlace(file, undefined)).toBe(-1);
  });

  it('lead from instruction to instruction by the keyboard', () => {
    const file = dockerfileRows(dockerfile, variant());
    const go = (from: number, key: string) => rowAfterKey(file, from, key);
    expect([go(-1, 'ArrowDown'), go(6, 'ArrowDown'), go(13, 'ArrowDown')]).toEqual([4, 10, 13]);
    expect([go(4, 'ArrowUp'), go(10, 'ArrowUp'), go(-1, 'ArrowUp')]).toEqual([4, 6, 4]);
    expect([go(6, 'Home'), go(6, 'End'), go(4, 'PageDown'), go(13, 'PageUp')]).toEqual([4, 13, 13, 4]);
    expect([go(4, 'Enter'), go(4, 'constructor')]).toEqual([undefined, undefined]);
    expect(rowAfterKey({ ...file, instructions: [] }, -1, 'ArrowDown')).toBeUndefined();
  });

  it('show only the beginning of a line without end', () => {
    const long = { ...dockerfile, source: 'x'.repeat(5000), stages: [] };
    expect(dockerfileRows(long, undefined).rows).toMatchObject([{ text: 'x'.repeat(2000), cut: true }]);
  });
});
