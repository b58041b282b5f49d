import { expect, it } from 'vitest';
import type { Stage, StageBase } from '../../shared/model/project.ts';
import {
  edgePath,
  imageWidth,
  layoutStages,
  nodeHeight,
  nodeWidth,
  type StageLayout,
} from './stage-layout.ts';

const stage = (
  index: number,
  base: StageBase,
  from: readonly (number | string)[] = [],
  name?: string,
): Stage => ({
  index,
  name,
  base,
  line: index * 10 + 1,
  endLine: index * 10 + 8,
  instructions: [],
  copies: from.map((source, at) => ({
    line: index * 10 + 2 + at,
    source:
      typeof source === 'number' ? { kind: 'stage', index: source } : { kind: 'image', reference: source },
  })),
});
const image = (reference: string): StageBase => ({ kind: 'image', reference });

const nodeOf = (layout: StageLayout, id: string) => layout.nodes.find((node) => node.id === id)!;

it('goes from base to stage to image', () => {
  const layout = layoutStages({ stages: [stage(0, image('debian:bookworm'))] });
  expect(layout.nodes.map(({ id }) => id)).toEqual(['base:debian:bookworm', 'stage:0', 'image']);
  const [base, only, result] = layout.nodes.map(({ x }) => x);
  expect(base).toBe(0);
  expect(only).toBeGreaterThan(base! + nodeWidth);
  expect(result).toBeGreaterThan(only! + nodeWidth);
  expect(layout.height).toBe(nodeHeight);
  expect(nodeOf(layout, 'stage:0')).toMatchObject({ label: 'stage 0', note: 'lines 1–8', unused: false });
});

it('shows what COPY --from takes, with its lines, and a base right before its stage', () => {
  const layout = layoutStages({
    stages: [stage(0, image('golang'), [], 'builder'), stage(1, image('debian'), [0, 0, 'busybox'])],
  });
  const copy = layout.edges.find(({ kind, source }) => kind === 'copy' && source === 'stage:0');
  expect(copy?.lines).toEqual([12, 13]);
  expect(layout.edges.find(({ source }) => source === 'base:busybox')).toMatchObject({
    kind: 'copy',
    lines: [14],
  });
  expect(nodeOf(layout, 'base:debian').x).toBe(nodeOf(layout, 'stage:0').x);
  expect(nodeOf(layout, 'base:golang').x).toBe(0);
});

it('dims what the last stage does without', () => {
  const layout = layoutStages({
    stages: [stage(0, image('a')), stage(1, image('b')), stage(2, { kind: 'stage', index: 0 })],
  });
  const unused = layout.nodes.filter((node) => node.unused).map(({ id }) => id);
  expect(unused).toEqual(['base:b', 'stage:1']);
});

it('never lays nodes over each other, and keeps long edges clear of them', () => {
  const stages = [
    stage(0, image('node'), [], 'deps'),
    stage(1, image('node'), [0], 'builder'),
    stage(2, { kind: 'stage', index: 1 }, [0], 'test'),
    stage(3, image('node-slim'), [0, 1, 2]),
  ];
  const layout = layoutStages({ stages });
  for (const one of layout.nodes) {
    for (const other of layout.nodes) {
      if (one === other || one.x !== other.x) continue;
      expect(Math.abs(one.y - other.y)).toBeGreaterThanOrEqual(nodeHeight);
    }
    for (const { source, target, points } of layout.edges) {
      if (source === one.id || target === one.id) continue;
      const across = points.filter(([x]) => x >= one.x && x <= one.x + nodeWidth);
      for (const [, y] of across)
        expect(y < one.y || y > one.y + nodeHeight, `${source} over ${one.id}`).toBe(true);
    }
    expect(one.x + (one.kind === 'image' ? imageWidth : nodeWidth)).toBeLessThanOrEqual(layout.width);
    expect(one.y + nodeHeight).toBeLessThanOrEqual(layout.height);
  }
});

it('survives stages that take from themselves or from what comes later', () => {
  const layout = layoutStages({
    stages: [stage(0, image('a'), [0, 1]), stage(1, { kind: 'stage', index: 7 })],
  });
  expect(layout.edges.map(({ kind, target }) => `${kind} ${target}`)).toEqual([
    'from stage:0',
    'result image',
  ]);
  expect(layoutStages({ stages: [] })).toMatchObject({ nodes: [], edges: [], width: 0 });
});

it('draws a curve through every point', () => {
  expect(
    edgePath([
      [0, 0],
      [10, 4],
    ]),
  ).toBe('M0 0 C5 0 5 4 10 4');
});
