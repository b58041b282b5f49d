import { describe, expect, it } from 'vitest';
import type { FlowGraph, FlowNode } from './flow-graph.ts';
import { flowLayout } from './flow-layout.ts';

const node = (id: string, column: number) => ({ id, column }) as FlowNode;
const edge = (source: number, target: number, value: number) => ({
  source,
  target,
  value,
  content: undefined,
});

describe('flowLayout', () => {
  it('leads an edge through the columns that it passes', () => {
    const graph = {
      nodes: [node('debian', 0), node('a', 1), node('b', 1), node('last', 3), node('golang', 0)],
      edges: [edge(0, 3, 74), edge(1, 3, 2), edge(4, 3, 0), edge(4, 1, 0)],
    } as unknown as FlowGraph;
    const { nodes, links, rows } = flowLayout(graph);
    expect(nodes.slice(5)).toEqual([{ edge: 0 }, { edge: 0 }, { edge: 1 }]);
    expect(links).toEqual([
      { source: 0, target: 5, value: 74, edge: 0, segment: 0 },
      { source: 5, target: 6, value: 74, edge: 0, segment: 1 },
      { source: 6, target: 3, value: 74, edge: 0, segment: 2 },
      { source: 1, target: 7, value: 2, edge: 1, segment: 0 },
      { source: 7, target: 3, value: 2, edge: 1, segment: 1 },
      { source: 4, target: 3, value: 0, edge: 2, segment: 0 },
      { source: 4, target: 1, value: 0, edge: 3, segment: 0 },
    ]);
    expect(rows).toBe(3);
  });
});
