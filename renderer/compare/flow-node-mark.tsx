import type { SankeyNodeProps } from 'recharts';
import { formatExactBytes } from '../../shared/model/format-bytes.ts';
import { ownerFill } from '../charts/hatch-pattern.tsx';
import { visibleText } from '../charts/visible-text.ts';
import { type FlowDrawing, imageRoom, nodeWidth } from './flow-drawing.ts';
import { nodeKey, nodeSelection, stubKey } from './flow-graph.ts';
import { ImageLabels, ImageNode, LeftBehindStub, Mark, NodeLabel } from './flow-marks.tsx';

export interface FlowNodeMarkProps {
  readonly laid: SankeyNodeProps;
  readonly drawing: FlowDrawing;
}

/** An origin, a stage with what it left behind, or the image with what it is made of. */
export function FlowNodeMark({ laid, drawing }: FlowNodeMarkProps) {
  const { graph, hatch, distance, format, measure, mark, onSelect, onLeftBehind } = drawing;
  const { index, x, y, width } = laid;
  const node = graph.nodes[index]!;
  const place = { x, y, width, height: Math.max(2, laid.height) };
  const name = visibleText(node.label);
  const bytes = node.bytes === 0 ? 'none of it' : format(node.bytes);
  const lines = [name, `${bytes} in the image · ${formatExactBytes(node.bytes)}`];
  const isImage = node.id === 'image';
  return (
    <g>
      <Mark
        {...mark(nodeKey(index), `${name}, ${bytes}`, lines, () => onSelect(nodeSelection(graph, index)))}
      >
        <rect {...place} x={x - 4} width={width + 8} className="flow-hit" />
        {isImage ? (
          <ImageNode {...place} shares={graph.shares} hatch={hatch} />
        ) : (
          <rect
            {...place}
            rx={Math.min(3, place.height / 2)}
            // A stage of which nothing of its own is in the image has no colour: what others brought comes by.
            fill={node.owner && ownerFill(node.owner.color, hatch)}
            className={node.bytes === 0 ? 'flow-none' : node.owner ? undefined : 'flow-pass'}
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
      {node.leftBehind && (
        <LeftBehindStub
          {...place}
          node={node}
          room={distance - 12}
          measure={measure}
          format={format}
          mark={(words, about) =>
            mark(stubKey(index), words, about, () => onLeftBehind(Number(node.id.slice('stage:'.length))))
          }
        />
      )}
    </g>
  );
}
