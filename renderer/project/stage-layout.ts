import type { Dockerfile, Stage } from '../../shared/model/project.ts';

export interface StageNode {
  readonly id: string;
  readonly kind: 'base' | 'stage' | 'image';
  readonly label: string;
  readonly note: string;
  /** Whether the last stage does without it. */
  readonly unused: boolean;
  /** Left top corner. */
  readonly x: number;
  readonly y: number;
}

export interface StageEdge {
  readonly id: string;
  /** `from` a base or stage; `copy` takes files; `result` is the image. */
  readonly kind: 'from' | 'copy' | 'result';
  readonly source: string;
  readonly target: string;
  /** Lines of the Dockerfile that take it. */
  readonly lines: readonly number[];
  /** From the right of its source, through every column between, to the left of its target. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface StageLayout {
  readonly nodes: readonly StageNode[];
  readonly edges: readonly StageEdge[];
  readonly width: number;
  readonly height: number;
}

export const nodeWidth = 156;
export const nodeHeight = 44;
/** The image says nothing that its stage does not: it is small, and close. */
export const imageWidth = 60;
const imageGap = 28;
const columnGap = 56;
const rowGap = 12;
/** Height of the lane of an edge that passes a column. */
const laneHeight = 20;

interface DraftNode {
  readonly id: string;
  readonly kind: StageNode['kind'];
  readonly label: string;
  readonly note: string;
  readonly unused: boolean;
  column: number;
}

interface DraftEdge {
  readonly kind: StageEdge['kind'];
  readonly source: string;
  readonly target: string;
  readonly lines: number[];
}

/** What a person calls a stage: its name, else its number. */
export function stageName(stage: Stage): string {
  return stage.name ?? `stage ${stage.index}`;
}

/** Bases at the left, then the stages in the order they need each other, the image at the right. */
export function layoutStages({ stages }: Pick<Dockerfile, 'stages'>): StageLayout {
  const { nodes, edges } = drawGraph(stages);
  placeColumns(nodes, edges);
  return placeRows(nodes, edges);
}

function drawGraph(stages: readonly Stage[]): { nodes: DraftNode[]; edges: DraftEdge[] } {
  const last = stages.at(-1);
  const used = last ? neededBy(last, stages) : new Set<number>();
  const nodes = new Map<string, DraftNode>();
  const edges = new Map<string, DraftEdge>();
  const baseNode = (reference: string, usedHere: boolean): string => {
    const id = `base:${reference}`;
    const before = nodes.get(id);
    const unused = (before?.unused ?? true) && !usedHere;
    const note = reference === 'scratch' ? 'nothing' : 'base image';
    nodes.set(id, { id, kind: 'base', label: reference, note, unused, column: 0 });
    return id;
  };
  const connect = (kind: DraftEdge['kind'], source: string, target: string, line: number) => {
    const id = `${kind} ${source} ${target}`;
    const edge = edges.get(id) ?? { kind, source, target, lines: [] };
    if (!edge.lines.includes(line)) edge.lines.push(line);
    edges.set(id, edge);
  };
  for (const stage of stages) {
    const id = `stage:${stage.index}`;
    const isUsed = used.has(stage.index);
    const source =
      stage.base.kind === 'stage'
        ? `stage:${stage.base.index}`
        : baseNode(stage.base.kind === 'scratch' ? 'scratch' : stage.base.reference, isUsed);
    // Bases first: nodes are in an order in which sources come before their targets.
    const copies = stage.copies.map(({ line, source: taken }) => ({
      line,
      from: taken.kind === 'stage' ? `stage:${taken.index}` : baseNode(taken.reference, isUsed),
    }));
    nodes.set(id, {
      id,
      kind: 'stage',
      label: stageName(stage),
      note: stage.line === stage.endLine ? `line ${stage.line}` : `lines ${stage.line}–${stage.endLine}`,
      unused: !isUsed,
      column: 0,
    });
    connect('from', source, id, stage.line);
    for (const { line, from } of copies) connect('copy', from, id, line);
  }
  if (last) {
    nodes.set('image', {
      id: 'image',
      kind: 'image',
      label: 'image',
      note: '',
      unused: false,
      column: 0,
    });
    connect('result', `stage:${last.index}`, 'image', last.line);
  }
  // A stage may only take from those before it; anything else is the Dockerfile's problem, told elsewhere.
  const order = new Map([...nodes.keys()].map((id, at) => [id, at]));
  const forward = (edge: DraftEdge) =>
    order.has(edge.source) && order.get(edge.source)! < order.get(edge.target)!;
  return { nodes: [...nodes.values()], edges: [...edges.values()].filter(forward) };
}

function neededBy(last: Stage, stages: readonly Stage[]): Set<number> {
  const needed = new Set<number>();
  const visit = (index: number) => {
    const stage = stages[index];
    if (!stage || needed.has(index)) return;
    needed.add(index);
    if (stage.base.kind === 'stage') visit(stage.base.index);
    for (const { source } of stage.copies) if (source.kind === 'stage') visit(source.index);
  };
  visit(last.index);
  return needed;
}

function placeColumns(nodes: readonly DraftNode[], edges: readonly DraftEdge[]): void {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  // Nodes come in an order in which sources are before their targets.
  for (const node of nodes) {
    if (node.kind === 'base') continue;
    const sources = edges
      .filter((edge) => edge.target === node.id)
      .map((edge) => byId.get(edge.source)!.column);
    node.column = Math.max(0, ...sources) + 1;
  }
  const image = byId.get('image');
  if (image) image.column = Math.max(...nodes.map((node) => node.column));
  // A base stands right before the first stage that uses it.
  for (const node of nodes) {
    if (node.kind !== 'base') continue;
    const targets = edges
      .filter((edge) => edge.source === node.id)
      .map((edge) => byId.get(edge.target)!.column);
    node.column = Math.max(0, Math.min(...targets) - 1);
  }
}

/** A place in a column: a node, or the lane of an edge that passes. */
interface Slot {
  readonly key: string;
  readonly height: number;
  /** Middle of the slots before it that lead here; what keeps lines from crossing. */
  weight: number;
  y: number;
}

function placeRows(nodes: readonly DraftNode[], edges: readonly DraftEdge[]): StageLayout {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const columns: Slot[][] = [];
  const add = (column: number, key: string, height: number) => {
    columns[column] ??= [];
    columns[column].push({ key, height, weight: 0, y: 0 });
  };
  for (const node of nodes) add(node.column, node.id, nodeHeight);
  const laneOf = (edge: DraftEdge, column: number) => `${edge.kind} ${edge.source} ${edge.target} ${column}`;
  for (const edge of edges) {
    const end = byId.get(edge.target)!.column;
    for (let column = byId.get(edge.source)!.column + 1; column < end; column += 1) {
      add(column, laneOf(edge, column), laneHeight);
    }
  }

  const stops = (edge: DraftEdge): readonly string[] => {
    const [start, end] = [byId.get(edge.source)!.column, byId.get(edge.target)!.column];
    const lanes = Array.from({ length: Math.max(0, end - start - 1) }, (_, at) =>
      laneOf(edge, start + 1 + at),
    );
    return [edge.source, ...lanes, edge.target];
  };
  const before = new Map<string, string[]>();
  for (const edge of edges) {
    stops(edge).forEach((key, at, all) => {
      if (at > 0) before.set(key, [...(before.get(key) ?? []), all[at - 1]!]);
    });
  }

  const slots = new Map<string, Slot>();
  let height = 0;
  for (const column of columns) {
    for (const slot of column) {
      const sources = (before.get(slot.key) ?? [])
        .map((key) => slots.get(key))
        .filter((found) => found !== undefined);
      const middle = sources.reduce((sum, source) => sum + source.y + source.height / 2, 0) / sources.length;
      // What nothing leads to (a base) goes below what continues from the left.
      slot.weight = sources.length > 0 ? middle : Number.MAX_SAFE_INTEGER;
      slots.set(slot.key, slot);
    }
    column.sort((a, b) => a.weight - b.weight);
    let y = 0;
    for (const slot of column) {
      slot.y = y;
      y += slot.height + rowGap;
    }
    height = Math.max(height, y - rowGap);
  }
  for (const column of columns) {
    const used = column.reduce((sum, slot) => sum + slot.height + rowGap, -rowGap);
    for (const slot of column) slot.y += (height - used) / 2;
  }

  const imageColumn = byId.get('image')?.column;
  const x = (column: number) =>
    column * (nodeWidth + columnGap) - (column === imageColumn ? columnGap - imageGap : 0);
  const middleOf = (key: string) => slots.get(key)!.y + slots.get(key)!.height / 2;
  return {
    nodes: nodes.map(({ column, ...node }) => ({ ...node, x: x(column), y: slots.get(node.id)!.y })),
    edges: edges.map((edge) => {
      const all = stops(edge);
      const start = byId.get(edge.source)!.column;
      const points = all.flatMap((key, at): [number, number][] => {
        const left = x(start + at);
        if (at === 0) return [[left + nodeWidth, middleOf(key)]];
        if (at === all.length - 1) return [[left, middleOf(key)]];
        return [
          [left, middleOf(key)],
          [left + nodeWidth, middleOf(key)],
        ];
      });
      return { ...edge, id: `${edge.kind} ${edge.source} ${edge.target}`, points };
    }),
    width: columns.length === 0 ? 0 : x(columns.length - 1) + imageWidth,
    height,
  };
}

/** A curve through the points that leaves and enters each horizontally. */
export function edgePath(points: StageEdge['points']): string {
  return points
    .map(([x, y], at) => {
      const before = points[at - 1];
      if (!before) return `M${x} ${y}`;
      const middle = (before[0] + x) / 2;
      return `C${middle} ${before[1]} ${middle} ${y} ${x} ${y}`;
    })
    .join(' ');
}
