import type { FileFilter } from '../../shared/model/file-filter.ts';
import type { FileGroup, Flow, StageDocument, VariantDocument } from '../../shared/model/project-document.ts';
import { isScratch, stageBelow, targetStage } from '../charts/base-layers.ts';
import type { OwnerShare } from '../charts/owner-shares.ts';
import type { OwnedImage, Owner } from '../charts/owners.ts';
import { type FlowContent, flowContents } from './flow-content.ts';

export interface FlowNode {
  /** As in the document: `base:REF`, `context`, `external:REF`, `untraced`, `stage:INDEX`, `image`. */
  readonly id: string;
  readonly label: string;
  readonly owner: Owner | undefined;
  /** Live bytes of the image that come by here. */
  readonly bytes: number;
  /** Of a stage: live in it and not in the image, and what that is. */
  readonly leftBehind?: { readonly bytes: number; readonly groups: readonly FileGroup[] };
  /** 0 at the left; how many steps of copying lie behind it. */
  readonly column: number;
}

export interface FlowEdge {
  /** Indices of nodes. */
  readonly source: number;
  readonly target: number;
  /** 0 of a base or stage that was needed and of which nothing is in the image. */
  readonly value: number;
  readonly content: FlowContent;
}

/** What the flow chart draws: where the bytes of an image come from, and the stages on their way. */
export interface FlowGraph {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
  readonly columns: number;
  /** What the image is made of, by origin. */
  readonly shares: readonly OwnerShare[];
}

const imageId = 'image';

/** The flow graph of a built variant; undefined where its flows are not known. */
export function flowGraph(variant: VariantDocument, owned: OwnedImage): FlowGraph | undefined {
  const { flows } = variant;
  const target = targetStage(variant);
  if (!flows || !target) return undefined;
  const all = [...flows, ...unusedEdges(variant, target)];
  const ids = [...new Set(all.flatMap(({ from, to }) => [from, to]))];
  const columns = columnsOf(ids, all);
  // A document that leads in a circle is drawn as far as it leads on: the layout would never end.
  const edges = all.filter(({ from, to }) => columns.get(from)! < columns.get(to)!);
  const at = new Map(ids.map((id, index) => [id, index]));
  const nodes = ids.map((id): FlowNode => {
    const stage = variant.stages.find(({ index }) => id === `stage:${index}`);
    const sum = (side: 'from' | 'to') =>
      flows.reduce((total, flow) => (flow[side] === id ? total + flow.bytes : total), 0);
    return {
      id,
      label: id === imageId ? variant.name : labelOf(id, owned),
      owner: ownerAt(id, owned),
      bytes: Math.max(sum('from'), sum('to')),
      column: columns.get(id)!,
      ...(stage?.leftBehind && {
        leftBehind: { bytes: stage.leftBehind, groups: stage.leftBehindGroups?.items ?? [] },
      }),
    };
  });
  const contentOf = flowContents(edges, (id) => ownerAt(id, owned));
  return {
    nodes,
    edges: edges.map((flow) => ({
      source: at.get(flow.from)!,
      target: at.get(flow.to)!,
      value: flow.bytes,
      // All of the image is known by layers too, which tell a base apart that lies under another one.
      content: flow.to === imageId ? owned.shares : contentOf(flow),
    })),
    columns: Math.max(0, ...columns.values()) + 1,
    shares: owned.shares,
  };
}

/**
 * Stages that left something behind are part of the picture also where nothing of them came through, and so are the
 * images that stages start from: edges without bytes lead there.
 */
function unusedEdges(variant: VariantDocument, target: StageDocument): readonly Flow[] {
  const flows = variant.flows ?? [];
  const shown = variant.stages.filter(
    ({ index, leftBehind }) =>
      leftBehind || flows.some(({ from, to }) => from === `stage:${index}` || to === `stage:${index}`),
  );
  const edges: Flow[] = [];
  const add = (from: string, to: string) => {
    if (!flows.some((flow) => flow.from === from && flow.to === to)) edges.push({ from, to, bytes: 0 });
  };
  for (const stage of shown) {
    const id = `stage:${stage.index}`;
    const below = stageBelow(variant.stages, stage);
    if (below && shown.includes(below)) add(`stage:${below.index}`, id);
    else if (!below && !isScratch(stage.base)) add(`base:${stage.base}`, id);
  }
  for (const { index } of shown) {
    const id = `stage:${index}`;
    const leads = [...flows, ...edges].some(({ from }) => from === id);
    if (!leads && index !== target.index) add(id, `stage:${target.index}`);
  }
  // An image without any bytes still has its last stage.
  if (shown.includes(target)) add(`stage:${target.index}`, imageId);
  return edges;
}

/** The longest way to each node; whatever nothing leaves is in the last column. */
function columnsOf(ids: readonly string[], edges: readonly Flow[]): ReadonlyMap<string, number> {
  const columns = new Map(ids.map((id) => [id, 0]));
  // As many rounds as a way can have steps: a document with a circle in it ends too.
  for (let round = 0; round < ids.length; round += 1) {
    for (const { from, to } of edges) {
      columns.set(to, Math.min(ids.length, Math.max(columns.get(to)!, columns.get(from)! + 1)));
    }
  }
  const last = Math.max(0, ...columns.values());
  for (const id of ids) if (!edges.some(({ from }) => from === id)) columns.set(id, last);
  return columns;
}

function labelOf(id: string, { origins, stageNames }: OwnedImage): string {
  const stage = /^stage:(\d+)$/.exec(id);
  if (stage) return stageNames.get(Number(stage[1])) ?? `stage ${stage[1]}`;
  const owner = origins?.get(id);
  return (owner?.kind === 'base' ? owner.label : owner?.title) ?? id.replace(/^(base|external):/, '');
}

/** A stage of which nothing of its own is in the image has no colour: the others' come by. */
function ownerAt(id: string, { origins, shares }: OwnedImage): Owner | undefined {
  const owner = origins?.get(id);
  return owner?.kind === 'stage' && !shares.some((share) => share.owner.id === owner.id) ? undefined : owner;
}

/** What a click on a node or edge selects. */
export type FlowSelection =
  | { readonly kind: 'origin'; readonly id: string }
  | { readonly kind: 'flow'; readonly from: string; readonly to: string }
  | { readonly kind: 'all' };

/** A node stands for what starts there, and a stage with one way out for all that comes by. */
export function nodeSelection({ nodes, edges }: FlowGraph, index: number): FlowSelection {
  const { id } = nodes[index]!;
  if (id === imageId) return { kind: 'all' };
  const out = edges.filter(({ source, value }) => source === index && value > 0);
  if (id.startsWith('stage:') && out.length === 1) return edgeSelection({ nodes }, out[0]!);
  return { kind: 'origin', id };
}

export function edgeSelection(
  { nodes }: Pick<FlowGraph, 'nodes'>,
  { source, target }: FlowEdge,
): FlowSelection {
  return { kind: 'flow', from: nodes[source]!.id, to: nodes[target]!.id };
}

/** The parts of the filter that a selection sets; what else was said of origins is no longer. */
export function selectionFilter(selection: FlowSelection): FileFilter {
  const none = { origin: undefined, flow: undefined, line: undefined, fate: undefined };
  switch (selection.kind) {
    case 'origin':
      return { ...none, origin: selection.id };
    case 'flow':
      return { ...none, flow: { from: selection.from, to: selection.to } };
    case 'all':
      return none;
  }
}

/** Key of the node or edge whose files a filter selects; undefined where it is about something else. */
export function selectedKey(
  { nodes, edges }: FlowGraph,
  { origin, flow }: Pick<FileFilter, 'origin' | 'flow'>,
): string | undefined {
  if (flow) {
    const edge = edges.findIndex(
      ({ source, target }) => nodes[source]!.id === flow.from && nodes[target]!.id === flow.to,
    );
    return edge < 0 ? undefined : edgeKey(edge);
  }
  const node = nodes.findIndex(({ id }) => id === origin);
  return node < 0 ? undefined : nodeKey(node);
}

/** Nodes, what they left behind, and edges by column: the order of the arrow keys. */
export function flowOrder({ nodes, edges }: FlowGraph): readonly string[] {
  const items = [
    ...nodes.flatMap(({ column, leftBehind }, index) => [
      { key: nodeKey(index), place: column },
      ...(leftBehind ? [{ key: stubKey(index), place: column }] : []),
    ]),
    ...edges.map(({ source }, index) => ({ key: edgeKey(index), place: nodes[source]!.column + 0.5 })),
  ];
  return items.sort((a, b) => a.place - b.place).map(({ key }) => key);
}

export function nodeKey(index: number): string {
  return `node-${index}`;
}

export function stubKey(index: number): string {
  return `stub-${index}`;
}

export function edgeKey(index: number): string {
  return `edge-${index}`;
}
