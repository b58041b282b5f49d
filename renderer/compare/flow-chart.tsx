import {
  type KeyboardEvent,
  type ReactElement,
  type SVGProps,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Sankey, type SankeyLinkProps, type SankeyNodeProps } from 'recharts';
import { formatExactBytes } from '../../shared/model/format-bytes.ts';
import { HatchPattern, ownerFill } from '../charts/hatch-pattern.tsx';
import { textMeasure } from '../charts/measure-text.ts';
import type { Owner } from '../charts/owners.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import './flow-chart.css';
import {
  edgeKey,
  edgeSelection,
  type FlowEdge,
  type FlowGraph,
  type FlowSelection,
  flowOrder,
  nodeKey,
  nodeSelection,
  stubKey,
} from './flow-graph.ts';
import { flowLayout } from './flow-layout.ts';
import {
  EdgeLabel,
  ImageLabels,
  ImageNode,
  LeftBehindStub,
  Mark,
  type MarkProps,
  NodeLabel,
} from './flow-marks.tsx';
import { FlowTooltip, type FlowTooltipProps } from './flow-tooltip.tsx';
import { ribbonPath, stripes } from './ribbons.ts';

export interface FlowChartProps {
  readonly graph: FlowGraph;
  /** What the picture is of, for those who do not see it. */
  readonly label: string;
  readonly width: number;
  readonly height: number;
  /** Key of the node or edge whose files are selected. */
  readonly selected: string | undefined;
  readonly onSelect: (selection: FlowSelection) => void;
  /** Shows what a stage left behind. */
  readonly onLeftBehind: (stage: number) => void;
}

const nodeWidth = 14;
const labelHeight = 20;
/** Room right of the image for what it is made of. */
const imageRoom = 236;
/** What is there at all is seen. */
const thinnest = 1.5;

/** Height that the fullest column needs: a label above each node, and what it left behind below. */
export function flowChartHeight(graph: FlowGraph): number {
  return flowLayout(graph).rows * (nodePadding(graph) + 16) + labelHeight * 2;
}

/** Width at which the labels of neighbouring columns have room. */
export function flowChartWidth(graph: FlowGraph): number {
  return (graph.columns - 1) * 150 + imageRoom;
}

function nodePadding(graph: FlowGraph): number {
  return graph.nodes.some((node) => node.leftBehind) ? labelHeight * 2 + 6 : labelHeight + 6;
}

/**
 * Where the bytes of an image come from: origins, stages, the image. Recharts lays it out; widths are live bytes of
 * the image. One tab stop: arrows go from left to right through nodes and edges, Enter selects their files.
 */
export function FlowChart(props: FlowChartProps) {
  const { graph, label, width, height, selected, onSelect, onLeftBehind } = props;
  const format = useFormatBytes();
  const hatch = useId();
  const frame = useRef<HTMLDivElement>(null);
  const [tip, setTip] = useState<FlowTooltipProps>();
  const order = useMemo(() => flowOrder(graph), [graph]);
  const [active, setActive] = useState(order[0]);
  const layout = useMemo(() => flowLayout(graph), [graph]);
  const data = useMemo(
    () => ({
      nodes: layout.nodes.map(() => ({ name: '' })),
      links: layout.links.map(({ source, target, value }) => ({ source, target, value })),
    }),
    [layout],
  );
  // Whole pixels from column to column: the pieces of a ribbon meet without a seam.
  const steps = Math.max(1, graph.columns - 1);
  const distance = Math.floor((width - imageRoom) / steps);
  const right = width - nodeWidth - distance * steps;
  const margin = useMemo(() => ({ top: labelHeight + 2, right, bottom: labelHeight + 4, left: 0 }), [right]);
  const measure = textMeasure(getComputedStyle(document.body).fontFamily);

  const go = (to: number) => {
    const key = order[Math.max(0, Math.min(order.length - 1, to))];
    if (key === undefined) return;
    setActive(key);
    frame.current?.querySelector<SVGElement>(`[data-key="${key}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = order.indexOf(active ?? '');
    const places: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: order.length - 1,
    };
    const next = places[event.key];
    if (next === undefined) return;
    event.preventDefault();
    go(next);
  };

  const mark = (key: string, words: string, lines: readonly string[], choose: () => void): MarkProps => ({
    markKey: key,
    words,
    isActive: key === (active ?? order[0]),
    isSelected: key === selected,
    isDimmed: selected !== undefined && key !== selected,
    onChoose: () => {
      setActive(key);
      choose();
    },
    onFocus: () => setActive(key),
    onTip: (place) => setTip(place && { ...place, lines }),
  });

  const edgeMark = (index: number) => {
    const edge = graph.edges[index]!;
    const words = `${visibleText(graph.nodes[edge.source]!.label)} to ${visibleText(graph.nodes[edge.target]!.label)}`;
    const bytes = format(edge.value);
    const exact =
      edge.value === 0 ? 'none of it is in the image' : `${bytes} · ${formatExactBytes(edge.value)}`;
    return mark(edgeKey(index), `${words}, ${bytes}`, [words, exact], () =>
      onSelect(edgeSelection(graph, edge)),
    );
  };

  const node = ({ index, x, y, width: w, height: h }: SankeyNodeProps) => {
    const place = { x, y, width: w, height: Math.max(2, h) };
    const laidNode = layout.nodes[index]!;
    if ('edge' in laidNode) {
      const edge = graph.edges[laidNode.edge]!;
      return (
        <Mark {...edgeMark(laidNode.edge)} isContinued>
          <rect
            {...place}
            height={Math.max(thinnest, h)}
            fill={edgeFill(edge, hatch)}
            className="flow-ribbon"
          />
        </Mark>
      );
    }
    const flowNode = graph.nodes[index]!;
    const bytes = flowNode.bytes === 0 ? 'none of it' : format(flowNode.bytes);
    const name = visibleText(flowNode.label);
    const key = nodeKey(index);
    const isImage = flowNode.id === 'image';
    return (
      <g>
        <Mark
          {...mark(
            key,
            `${name}, ${bytes}`,
            [name, `${bytes} in the image · ${formatExactBytes(flowNode.bytes)}`],
            () => onSelect(nodeSelection(graph, index)),
          )}
        >
          <rect {...place} x={x - 4} width={w + 8} className="flow-hit" />
          {isImage ? (
            <ImageNode {...place} shares={graph.shares} hatch={hatch} />
          ) : (
            <rect
              {...place}
              rx={Math.min(3, place.height / 2)}
              {...(flowNode.bytes === 0 ? { className: 'flow-none' } : fillOf(flowNode.owner, hatch))}
            />
          )}
          <NodeLabel
            x={x}
            y={y - 6}
            name={name}
            bytes={bytes}
            room={isImage ? imageRoom : distance - 12}
            measure={measure}
          />
        </Mark>
        {isImage && (
          <ImageLabels
            {...place}
            shares={graph.shares}
            format={format}
            measure={measure}
            room={imageRoom - nodeWidth - 8}
          />
        )}
        {flowNode.leftBehind && (
          <LeftBehindStub
            {...place}
            node={flowNode}
            room={distance - 12}
            measure={measure}
            format={format}
            mark={(words, lines) =>
              mark(stubKey(index), words, lines, () =>
                onLeftBehind(Number(flowNode.id.slice('stage:'.length))),
              )
            }
          />
        )}
      </g>
    );
  };

  const link = (laid: SankeyLinkProps): ReactElement<SVGProps<SVGPathElement>> => {
    const { edge: index, segment } = layout.links[laid.index]!;
    const edge = graph.edges[index]!;
    const thickness = Math.max(thinnest, laid.linkWidth);
    const top = { from: laid.sourceY - laid.linkWidth / 2, to: laid.targetY - laid.linkWidth / 2 };
    const ribbon = (offset: number, thick: number) =>
      ribbonPath(laid.sourceX, top.from + offset, laid.targetX, top.to + offset, thick);
    const none = edge.value === 0;
    return (
      <Mark {...edgeMark(index)} isContinued={segment > 0}>
        <path d={ribbon(Math.min(0, (thickness - 9) / 2), Math.max(9, thickness))} className="flow-hit" />
        {none ? (
          <path d={ribbon(0, 0.1)} className="flow-none" />
        ) : graph.nodes[edge.target]!.id === 'image' ? (
          stripes(graph.shares, thickness).map(({ owner, offset, thickness: thick }) => (
            <path
              key={owner.id}
              d={ribbon(offset, thick)}
              fill={ownerFill(owner.color, hatch)}
              className="flow-ribbon"
            />
          ))
        ) : (
          <path d={ribbon(0, thickness)} fill={edgeFill(edge, hatch)} className="flow-ribbon" />
        )}
        {segment === 0 && isOneOfSeveral(graph, edge) && (
          <EdgeLabel laid={laid} text={format(edge.value)} measure={measure} />
        )}
      </Mark>
    ) as ReactElement<SVGProps<SVGPathElement>>;
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div ref={frame} className="flow-chart" role="group" aria-label={label} onKeyDown={onKeyDown}>
      <Sankey
        width={width}
        height={height}
        data={data}
        node={node}
        link={link}
        nodeWidth={nodeWidth}
        nodePadding={nodePadding(graph)}
        margin={margin}
        accessibilityLayer={false}
      >
        <HatchPattern id={hatch} />
      </Sankey>
      {tip && <FlowTooltip {...tip} />}
    </div>
  );
}

function fillOf(owner: Owner | undefined, hatch: string): SVGProps<SVGRectElement> {
  return owner ? { fill: ownerFill(owner.color, hatch) } : { className: 'flow-pass' };
}

function edgeFill({ owner }: FlowEdge, hatch: string): string {
  return owner ? ownerFill(owner.color, hatch) : 'var(--border-strong)';
}

/** The bytes of an edge that alone leaves its node stand at the node. */
function isOneOfSeveral({ edges }: FlowGraph, { source }: FlowEdge): boolean {
  return edges.filter((edge) => edge.source === source && edge.value > 0).length > 1;
}
