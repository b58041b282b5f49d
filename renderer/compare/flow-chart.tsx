import { type ReactElement, type SVGProps, useId, useMemo, useRef, useState } from 'react';
import { Sankey } from 'recharts';
import { HatchPattern } from '../charts/hatch-pattern.tsx';
import { textMeasure } from '../charts/measure-text.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import './flow-chart.css';
import { type FlowDrawing, imageRoom, nodeWidth } from './flow-drawing.ts';
import { FlowEdgeMark, PassingEdge } from './flow-edge-mark.tsx';
import { type FlowGraph, type FlowSelection, flowOrder } from './flow-graph.ts';
import { flowLayout } from './flow-layout.ts';
import { FlowNodeMark } from './flow-node-mark.tsx';
import { FlowTooltip, type FlowTooltipProps } from './flow-tooltip.tsx';
import { useRovingFocus } from './use-roving-focus.ts';

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

const labelHeight = 20;

/** Height that the fullest column needs: a label above each node, and what it left behind below. */
export function flowChartHeight(graph: FlowGraph): number {
  return flowLayout(graph).rows * (nodePadding(graph) + 8) + labelHeight * 2;
}

/** Width at which the labels of neighbouring columns have room. */
export function flowChartWidth(graph: FlowGraph): number {
  return (graph.columns - 1) * 164 + imageRoom;
}

function nodePadding(graph: FlowGraph): number {
  return graph.nodes.some((node) => node.leftBehind) ? labelHeight * 2 : labelHeight + 4;
}

/**
 * Where the bytes of an image come from: origins, stages, the image. Recharts lays it out; widths are live bytes of
 * the image. One tab stop: arrows go from left to right through nodes and edges, Enter selects their files.
 */
export function FlowChart({ graph, label, width, height, selected, onSelect, onLeftBehind }: FlowChartProps) {
  const format = useFormatBytes();
  const hatch = useId();
  const frame = useRef<HTMLDivElement>(null);
  const [tip, setTip] = useState<FlowTooltipProps>();
  const order = useMemo(() => flowOrder(graph), [graph]);
  const { active, setActive, onKeyDown } = useRovingFocus(frame, order);
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

  const drawing: FlowDrawing = {
    graph,
    layout,
    hatch,
    distance,
    format,
    measure: textMeasure(getComputedStyle(document.body).fontFamily),
    mark: (key, words, lines, choose) => ({
      markKey: key,
      words,
      isActive: key === active,
      isSelected: key === selected,
      isDimmed: selected !== undefined && key !== selected,
      onChoose: () => {
        setActive(key);
        choose();
      },
      onFocus: () => setActive(key),
      onTip: (place) => setTip(place && { ...place, lines }),
    }),
    onSelect,
    onLeftBehind,
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div
      ref={frame}
      className="flow-chart"
      role="group"
      aria-label={label}
      aria-description="Arrow keys go through it from left to right, Enter selects files"
      onKeyDown={onKeyDown}
    >
      <Sankey
        width={width}
        height={height}
        data={data}
        node={(laid) => {
          const node = layout.nodes[laid.index]!;
          return 'edge' in node ? (
            <PassingEdge laid={laid} index={node.edge} drawing={drawing} />
          ) : (
            <FlowNodeMark laid={laid} drawing={drawing} />
          );
        }}
        // Recharts' type wants a path; whatever is drawn goes.
        link={(laid) =>
          (<FlowEdgeMark laid={laid} drawing={drawing} />) as ReactElement<SVGProps<SVGPathElement>>
        }
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
