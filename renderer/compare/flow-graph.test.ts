import { describe, expect, it } from 'vitest';
import type { Flow, StageDocument, VariantDocument } from '../../shared/model/project-document.ts';
import type { OwnedImage, Owner } from '../charts/owners.ts';
import { edgeSelection, flowGraph, flowOrder, nodeSelection, selectedKey } from './flow-graph.ts';

function stage(index: number, name: string, base: string, leftBehind: number | null): StageDocument {
  return { index, name, base, leftBehind, leftBehindGroups: null } as StageDocument;
}

function variant(stages: StageDocument[], flows: Flow[] | null): VariantDocument {
  return { name: 'Dockerfile', dockerfile: 'Dockerfile', target: null, stages, flows } as VariantDocument;
}

const flow = (from: string, to: string, bytes: number): Flow => ({ from, to, bytes });
const builder: Owner = {
  id: 'stage:Dockerfile:0',
  kind: 'stage',
  label: 'builder',
  title: 'stage builder',
  color: 'stage-1',
};
const debian: Owner = {
  id: 'base:debian',
  kind: 'base',
  label: 'debian',
  title: 'base debian',
  color: 'base-1',
};
const owned: OwnedImage = {
  layers: [],
  origins: new Map([
    ['base:debian', debian],
    ['stage:0', builder],
    ['stage:1', { ...builder, id: 'stage:Dockerfile:1', color: 'stage-2' }],
  ]),
  shares: [{ owner: builder, bytes: 2 }],
  stageNames: new Map([
    [0, 'builder'],
    [1, 'stage 1'],
  ]),
};
const goHello = variant(
  [stage(0, 'builder', 'golang:1.22', 746), stage(1, '1', 'debian', 0)],
  [flow('base:debian', 'stage:1', 74), flow('stage:0', 'stage:1', 2), flow('stage:1', 'image', 76)],
);

describe('flowGraph', () => {
  const graph = flowGraph(goHello, owned)!;
  const column = (at: number) => graph.nodes.filter((node) => node.column === at).map(({ id }) => id);

  it('leads from bases through stages into the image, also from the base of which nothing is left', () => {
    expect([0, 1, 2, 3].map(column)).toEqual([
      ['base:debian', 'base:golang:1.22'],
      ['stage:0'],
      ['stage:1'],
      ['image'],
    ]);
    expect(graph.columns).toBe(4);
    const golang = graph.nodes.findIndex(({ id }) => id === 'base:golang:1.22');
    const stage0 = graph.nodes.findIndex(({ id }) => id === 'stage:0');
    expect(graph.edges).toContainEqual({ source: golang, target: stage0, value: 0, content: [] });
  });

  it('weighs nodes by the image’s bytes; what a stage left behind is beside it and in no sum', () => {
    expect(
      graph.nodes.map(({ id, label, bytes, leftBehind }) => [id, label, bytes, leftBehind?.bytes]),
    ).toEqual([
      ['base:debian', 'debian', 74, undefined],
      ['stage:1', 'stage 1', 76, undefined],
      ['stage:0', 'builder', 2, 746],
      ['image', 'Dockerfile', 76, undefined],
      ['base:golang:1.22', 'golang:1.22', 0, undefined],
    ]);
    const weights = graph.edges.map(({ value }) => value);
    expect(weights.toSorted((a, b) => b - a)).toEqual([76, 74, 2, 0]);
  });

  it('has the colours of origins; what only hands on the content of one has that one’s', () => {
    const chain = variant(
      [stage(0, 'builder', 'scratch', 0), stage(1, '1', 'scratch', 0), stage(2, '2', 'debian', 0)],
      [
        flow('stage:0', 'stage:1', 2),
        flow('stage:1', 'stage:2', 2),
        flow('base:debian', 'stage:2', 74),
        flow('stage:2', 'image', 76),
      ],
    );
    const { nodes, edges } = flowGraph(chain, owned)!;
    const color = (id: string) => nodes.find((node) => node.id === id)?.owner?.color;
    expect(['stage:0', 'stage:1', 'base:debian', 'image'].map(color)).toEqual([
      'stage-1',
      undefined,
      'base-1',
      undefined,
    ]);
    expect(edges.map((edge) => edge.content?.map((share) => share.owner.color))).toEqual([
      ['stage-1'],
      ['stage-1'],
      ['base-1'],
      ['stage-1'], // As the image's shares say.
    ]);
  });

  it('shows a stage that was only mounted, and no stage that was not needed', () => {
    const mounted = variant(
      [stage(0, 'tools', 'alpine', 9), stage(1, 'test', 'tools', null), stage(2, '2', 'scratch', 0)],
      [flow('stage:2', 'image', 5)],
    );
    const { nodes, edges } = flowGraph(mounted, owned)!;
    expect(nodes.map(({ id }) => id)).toEqual(['stage:2', 'image', 'base:alpine', 'stage:0']);
    expect(edges.map(({ source, target }) => [nodes[source]!.id, nodes[target]!.id])).toEqual([
      ['stage:2', 'image'],
      ['base:alpine', 'stage:0'],
      ['stage:0', 'stage:2'],
    ]);
  });

  it('follows twelve stages that stand on each other', () => {
    const stages = Array.from({ length: 12 }, (_, i) =>
      stage(i, `s${i}`, i === 0 ? 'alpine' : `S${i - 1}`, 0),
    );
    const flows = stages.map(({ index }) =>
      flow(`stage:${index}`, index < 11 ? `stage:${index + 1}` : 'image', index + 1),
    );
    const graph = flowGraph(variant(stages, flows), owned)!;
    expect(graph.columns).toBe(14);
    expect(graph.nodes.find(({ id }) => id === 'image')).toMatchObject({ column: 13, bytes: 12 });
  });

  it('ends on a document that leads in a circle', () => {
    const { nodes, edges } = flowGraph(
      variant([stage(0, 'a', 'scratch', 0)], [flow('x', 'y', 1), flow('y', 'x', 1)]),
      owned,
    )!;
    expect(nodes.map(({ id }) => id)).toEqual(['x', 'y']);
    expect(edges).toEqual([]);
  });

  it('is not there where flows are not known, and is without bytes where the image is', () => {
    expect(flowGraph({ ...goHello, flows: null }, owned)).toBeUndefined();
    expect(flowGraph(variant([], []), owned)).toBeUndefined();
    expect(flowGraph(variant([stage(0, 'a', 'scratch', 0)], []), owned)).toMatchObject({
      nodes: [],
      edges: [],
    });
  });
});

describe('what is selected', () => {
  const graph = flowGraph(goHello, owned)!;
  const of = (id: string) =>
    nodeSelection(
      graph,
      graph.nodes.findIndex((node) => node.id === id),
    );

  it('is an origin, all that leaves a stage one way, or everything', () => {
    expect(of('base:debian')).toEqual({ kind: 'origin', id: 'base:debian' });
    expect(of('stage:0')).toEqual({ kind: 'flow', from: 'stage:0', to: 'stage:1' });
    expect(of('image')).toEqual({ kind: 'all' });
    const twoWays = flowGraph(
      variant(goHello.stages, [
        flow('stage:0', 'stage:1', 2),
        flow('stage:0', 'image', 2),
        flow('stage:1', 'image', 2),
      ]),
      owned,
    )!;
    expect(nodeSelection(twoWays, 0)).toEqual({ kind: 'origin', id: 'stage:0' });
    expect(edgeSelection(graph, graph.edges[1]!)).toEqual({ kind: 'flow', from: 'stage:0', to: 'stage:1' });
  });

  it('is found again in the address', () => {
    expect(selectedKey(graph, { flow: { from: 'stage:0', to: 'stage:1' } })).toBe('edge-1');
    expect(selectedKey(graph, { flow: { from: 'stage:0', to: 'image' } })).toBeUndefined();
    expect(selectedKey(graph, { origin: 'base:debian' })).toBe('node-0');
    expect(selectedKey(graph, {})).toBeUndefined();
  });

  it('is gone through from left to right', () => {
    expect(flowOrder(graph)).toEqual([
      'node-0',
      'node-4',
      'edge-0',
      'edge-3',
      'node-2',
      'stub-2',
      'edge-1',
      'node-1',
      'edge-2',
      'node-3',
    ]);
  });
});
