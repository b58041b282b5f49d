import { describe, expect, it } from 'vitest';
import type { ImageFacts } from '../../../shared/model/image-document.ts';
import type { OriginDocument } from '../../../shared/model/project-document.ts';
import { parseDockerfile } from '../project/parse-dockerfile.ts';
import type { LayerOwner } from '../stages/attribute-layers.ts';
import { lineBytes, type StageLayers } from './line-bytes.ts';

const dockerfile = parseDockerfile(
  'FROM a AS build\nENV X=1\nRUN make \\\n  all\nCOPY . .\nFROM scratch\nCOPY --from=build / /\n',
  { path: 'Dockerfile', context: '.' },
);
const base: LayerOwner = { kind: 'base', reference: 'a', stage: 0, line: 1 };
const by = (stage: number, line: number, trigger?: true): LayerOwner => ({
  kind: 'instruction',
  stage,
  line,
  endLine: line,
  ...(trigger && { trigger }),
});

/** Layers by owner, bytes stored and bytes live. */
const image = (...layers: [LayerOwner | undefined, number, number][]): StageLayers => ({
  layers: layers.map(([, stored, live]) => ({ stored, live }) as ImageFacts['layers'][number]),
  owners: layers.map(([owner]) => owner),
});

const origin = (kind: OriginDocument['kind'], ...lines: [number, number, number][]): OriginDocument => ({
  kind,
  id: kind,
  name: kind,
  bytes: 0,
  files: 0,
  lines: lines.map(([stage, line, bytes]) => ({ stage, line, endLine: line, bytes, rule: 'exact' })),
});

const stages = new Map([
  [0, image([base, 100, 90], [base, 5, 5], [by(0, 1, true), 7, 7], [by(0, 3), 30, 20], [by(0, 5), 4, 4])],
  [1, image([by(1, 7), 24, 24])],
]);

describe('the bytes of lines', () => {
  it('has every instruction of the stages that are needed, and the layers that it made', () => {
    const rows = lineBytes(dockerfile, [0, 1], stages, undefined);
    expect(rows.map(({ keyword, stage, line, endLine }) => [keyword, stage, line, endLine])).toEqual([
      ['FROM', 0, 1, 1],
      ['ENV', 0, 2, 2],
      ['RUN', 0, 3, 4],
      ['COPY', 0, 5, 5],
      ['FROM', 1, 6, 6],
      ['COPY', 1, 7, 7],
    ]);
    expect(rows.map(({ added, live, wasted }) => [added, live, wasted])).toEqual([
      // What the base has, and what its ONBUILD made.
      [112, 102, 10],
      [null, null, null],
      [30, 20, 10],
      [4, 4, 0],
      [null, null, null],
      [24, 24, 0],
    ]);
    expect(lineBytes(dockerfile, [1], stages, undefined).map(({ line }) => line)).toEqual([6, 7]);
  });

  it('says what each gave the image, and nothing of that without origins', () => {
    const origins = [
      origin('stage', [0, 3, 15]),
      origin('base', [0, 1, 6]),
      origin('context', [0, 5, 2]),
      // Its COPY lost it: that is no contribution of that line.
      origin('untraced', [1, 7, 1]),
    ];
    const given = (of: readonly OriginDocument[] | undefined) =>
      lineBytes(dockerfile, [0, 1], stages, of).map(({ contributed }) => contributed);
    expect(given(origins)).toEqual([6, 0, 15, 2, 0, 0]);
    expect(given(undefined)).toEqual(Array(6).fill(null));
  });

  it('says nothing of a stage that could not be had', () => {
    const rows = lineBytes(dockerfile, [0, 1], new Map([[1, stages.get(1)!]]), []);
    expect(rows.filter(({ stage }) => stage === 0).map(({ added }) => added)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
