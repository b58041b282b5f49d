import { useId } from 'react';
import type { Dockerfile } from '../../shared/model/project.ts';
import { visibleText } from '../charts/visible-text.ts';
import './stage-diagram.css';
import {
  edgePath,
  layoutStages,
  nodeHeight,
  nodeWidth,
  type StageEdge,
  type StageLayout,
} from './stage-layout.ts';

/** Characters that fit a node of this width, about; SVG text does not end in … by itself. */
const labelLength = 23;

/** Base → stage → image, and what COPY --from takes on the way. */
export function StageDiagram({ dockerfile }: { readonly dockerfile: Dockerfile }) {
  const arrow = useId();
  const layout = layoutStages(dockerfile);
  const margin = 2;
  return (
    <div className="stage-diagram">
      <svg
        role="img"
        aria-label={inWords(layout)}
        width={layout.width + 2 * margin}
        height={layout.height + 2 * margin}
        viewBox={`${-margin} ${-margin} ${layout.width + 2 * margin} ${layout.height + 2 * margin}`}
      >
        <defs>
          <marker
            id={arrow}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path className="stage-arrow" d="M0 0 8 4 0 8z" />
          </marker>
        </defs>
        {layout.edges.map((edge) => (
          <g key={edge.id} className={`stage-edge stage-edge-${edge.kind}`}>
            <path d={edgePath(edge.points)} markerEnd={`url(#${arrow})`} />
            {edge.kind === 'copy' && <EdgeLabel edge={edge} />}
          </g>
        ))}
        {layout.nodes.map((node) => (
          <g
            key={node.id}
            className={`stage-node stage-node-${node.kind}${node.unused ? ' stage-node-unused' : ''}`}
            transform={`translate(${node.x} ${node.y})`}
          >
            <title>{visibleText(node.label)}</title>
            <rect width={nodeWidth} height={nodeHeight} rx={6} />
            <text x={12} y={19} className="stage-node-label">
              {shorten(visibleText(node.label))}
            </text>
            <text x={12} y={35} className="stage-node-note">
              {node.unused && node.kind === 'stage' ? `${node.note}, not in the image` : node.note}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

/** At the end of the edge, in the gap before its target. */
function EdgeLabel({ edge }: { readonly edge: StageEdge }) {
  const [end, before] = [edge.points.at(-1)!, edge.points.at(-2)!];
  const x = (end[0] + before[0]) / 2;
  const y = (end[1] + before[1]) / 2;
  return (
    <text x={x} y={y - 6} textAnchor="middle">
      COPY {lineList(edge.lines)}
    </text>
  );
}

function lineList(lines: readonly number[]): string {
  return `line ${lines.slice(0, 2).join(', ')}${lines.length > 2 ? ' …' : ''}`;
}

function shorten(label: string): string {
  const characters = [...label];
  return characters.length <= labelLength ? label : `${characters.slice(0, labelLength - 1).join('')}…`;
}

/** The diagram in words. */
function inWords({ nodes, edges }: StageLayout): string {
  const label = new Map(nodes.map((node) => [node.id, visibleText(node.label)]));
  const sentences = nodes
    .filter((node) => node.kind === 'stage')
    .map((node) => {
      const into = edges.filter((edge) => edge.target === node.id);
      const base = into.find((edge) => edge.kind === 'from');
      const copies = into
        .filter((edge) => edge.kind === 'copy')
        .map((edge) => `copies from ${label.get(edge.source)} at line ${edge.lines.join(', ')}`);
      return [
        `${label.get(node.id)} starts from ${base ? label.get(base.source) : 'what is not there'}`,
        ...copies,
      ].join(', ');
    });
  return `Stages: ${sentences.join('; ')}`;
}
