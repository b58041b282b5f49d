import type { SankeyLinkProps, SankeyNodeProps } from 'recharts';
import { formatExactBytes } from '../../shared/model/format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import { edgeBands, type FlowDrawing, thinnest } from './flow-drawing.ts';
import { edgeKey, edgeSelection, type FlowEdge, type FlowGraph } from './flow-graph.ts';
import { EdgeLabel, Mark, type MarkProps } from './flow-marks.tsx';
import { ribbonPath } from './ribbons.ts';

/** Wide enough to point at. */
const hitThickness = 9;

/** An edge, or its piece from one column to the next. */
export function FlowEdgeMark({
  laid,
  drawing,
}: {
  readonly laid: SankeyLinkProps;
  readonly drawing: FlowDrawing;
}) {
  const { graph, layout, format, measure } = drawing;
  const { edge: index, segment } = layout.links[laid.index]!;
  const edge = graph.edges[index]!;
  const thickness = Math.max(thinnest, laid.linkWidth);
  const [from, to] = [laid.sourceY - laid.linkWidth / 2, laid.targetY - laid.linkWidth / 2];
  const ribbon = (offset: number, thick: number) =>
    ribbonPath(laid.sourceX, from + offset, laid.targetX, to + offset, thick);
  return (
    <Mark {...edgeMark(drawing, index)} isContinued={segment > 0}>
      <path
        d={ribbon(Math.min(0, (thickness - hitThickness) / 2), Math.max(hitThickness, thickness))}
        className="flow-hit"
      />
      {edge.value === 0 ? (
        <path d={ribbon(0, 0.1)} className="flow-none" />
      ) : (
        edgeBands(drawing, edge, thickness).map((band) => (
          <path
            key={band.offset}
            d={ribbon(band.offset, band.thickness)}
            fill={band.fill}
            className="flow-ribbon"
          />
        ))
      )}
      {segment === 0 && isOneOfSeveral(graph, edge) && (
        <EdgeLabel laid={laid} text={format(edge.value)} measure={measure} />
      )}
    </Mark>
  );
}

interface PassingEdgeProps {
  readonly laid: SankeyNodeProps;
  readonly index: number;
  readonly drawing: FlowDrawing;
}

/** Where an edge passes a column. */
export function PassingEdge({ laid, index, drawing }: PassingEdgeProps) {
  const { x, y, width, height } = laid;
  return (
    <Mark {...edgeMark(drawing, index)} isContinued>
      {edgeBands(drawing, drawing.graph.edges[index]!, Math.max(thinnest, height)).map((band) => (
        <rect
          key={band.offset}
          x={x}
          y={y + band.offset}
          width={width}
          height={band.thickness}
          fill={band.fill}
          className="flow-ribbon"
        />
      ))}
    </Mark>
  );
}

function edgeMark({ graph, format, mark, onSelect }: FlowDrawing, index: number): MarkProps {
  const edge = graph.edges[index]!;
  const [from, to] = [edge.source, edge.target].map((node) => visibleText(graph.nodes[node]!.label));
  const bytes = format(edge.value);
  const exact =
    edge.value === 0 ? 'none of it is in the image' : `${bytes} · ${formatExactBytes(edge.value)}`;
  return mark(edgeKey(index), `${from} to ${to}, ${bytes}`, [`${from} to ${to}`, exact], () =>
    onSelect(edgeSelection(graph, edge)),
  );
}

/** The bytes of an edge that alone leaves its node stand at the node. */
function isOneOfSeveral({ edges }: FlowGraph, { source }: FlowEdge): boolean {
  return edges.filter((edge) => edge.source === source && edge.value > 0).length > 1;
}
