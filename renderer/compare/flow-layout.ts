import type { FlowGraph } from './flow-graph.ts';

/** A node to lay out: one of the graph, or where an edge passes a column between its ends. */
export type LaidNode = { readonly node: number } | { readonly edge: number };

export interface LaidLink {
  /** Indices of laid nodes. */
  readonly source: number;
  readonly target: number;
  readonly value: number;
  /** Index in the graph. */
  readonly edge: number;
  /** From 0 on, where an edge passes columns. */
  readonly segment: number;
}

/** What the layout is given. The first nodes are the graph's. */
export interface FlowLayout {
  readonly nodes: readonly LaidNode[];
  readonly links: readonly LaidLink[];
  /** Nodes in the fullest column. */
  readonly rows: number;
}

/**
 * An edge over several columns is led through a node of its own in each, so that it takes its room there: the stages
 * of that column lie beside it and not on it. Those without bytes are thin enough to pass anywhere.
 */
export function flowLayout({ nodes, edges }: FlowGraph): FlowLayout {
  const laid: LaidNode[] = nodes.map((_, node) => ({ node }));
  const perColumn = new Map<number, number>();
  const count = (column: number) => perColumn.set(column, (perColumn.get(column) ?? 0) + 1);
  for (const { column } of nodes) count(column);
  const links = edges.flatMap(({ source, target, value }, edge): LaidLink[] => {
    const segments: LaidLink[] = [];
    let from = source;
    const [first, last] = [nodes[source]!.column, nodes[target]!.column];
    for (let column = first + 1; value > 0 && column < last; column += 1) {
      const to = laid.push({ edge }) - 1;
      count(column);
      segments.push({ source: from, target: to, value, edge, segment: segments.length });
      from = to;
    }
    return [...segments, { source: from, target, value, edge, segment: segments.length }];
  });
  return { nodes: laid, links, rows: Math.max(0, ...perColumn.values()) };
}
