import { expect, it } from 'vitest';
import type { LineBytes, StageDocument } from '../../shared/model/project-document.ts';
import { madeByLine, stageSums } from './stage-sums.ts';

const stage: StageDocument = {
  index: 0,
  name: 'builder',
  base: 'golang:1.22',
  built: true,
  live: 100,
  own: 30,
  shared: 20,
  reached: 5,
  leftBehind: 75,
  leftBehindGroups: null,
  leftBehindPackages: null,
};

it('sums what a stage stands on and made, and what became of it', () => {
  expect(stageSums(stage)).toEqual({
    live: 100,
    base: 70,
    own: 30,
    fates: { reached: 5, shared: 20, leftBehind: 75 },
    agrees: true,
  });
});

it('says where the sums differ, and nothing of what is not known', () => {
  expect(stageSums({ ...stage, reached: 6 })?.agrees).toBe(false);
  expect(stageSums({ ...stage, own: 101 })?.agrees).toBe(false);
  for (const part of ['live', 'own', 'shared', 'reached', 'leftBehind']) {
    expect(stageSums({ ...stage, [part]: null })).toBeUndefined();
  }
});

it('lists the lines that made something of the stage', () => {
  const line = (index: number, number: number, keyword: string, live: number | null): LineBytes => ({
    stage: index,
    line: number,
    endLine: number,
    keyword,
    added: live,
    live,
    wasted: live === null ? null : 0,
    contributed: 0,
  });
  const lines = [
    line(0, 1, 'FROM', 70),
    line(0, 2, 'WORKDIR', 0),
    line(0, 3, 'COPY', 10),
    line(0, 4, 'ENV', null),
    line(0, 5, 'RUN', 20),
    line(1, 8, 'COPY', 5),
  ];
  expect(madeByLine(lines, 0).map(({ line: number }) => number)).toEqual([3, 5]);
});
