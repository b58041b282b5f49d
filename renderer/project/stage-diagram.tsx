import { useId } from 'react';
import { Link } from 'react-router';
import type { Dockerfile } from '../../shared/model/project.ts';
import { visibleText } from '../charts/visible-text.ts';
import './stage-diagram.css';
import {
  edgePath,
  imageWidth,
  layoutStages,
  nodeHeight,
  nodeWidth,
  type StageEdge,
  type StageLayout,
  type StageNode,
} from './stage-layout.ts';

export interface StageDiagramProps {
  readonly dockerfile: Dockerfile;
  /** Of the page of a stage; undefined of what was not built. */
  readonly stageAddress?: (stage: number) => string | undefined;
}

/** Base → stage → image, and what COPY --from takes on the way. */
export function StageDiagram({ dockerfile, stageAddress }: StageDiagramProps) {
  const arrow = useId();
  const layout = layoutStages(dockerfile);
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: a picture, or with links in it a group; both have a name
    <div className="stage-diagram" role={stageAddress ? 'group' : 'img'} aria-label={inWords(layout)}>
      <div className="stage-canvas" style={{ width: layout.width, height: layout.height }}>
        <svg width={layout.width} height={layout.height} aria-hidden="true">
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
        </svg>
        {layout.nodes.map((node) => (
          <div
            key={node.id}
            className={`stage-node stage-node-${node.kind}${node.unused ? ' stage-node-unused' : ''}`}
            title={
              node.unused ? `${visibleText(node.label)}: the image does without it` : visibleText(node.label)
            }
            style={{
              left: node.x,
              top: node.y,
              width: node.kind === 'image' ? imageWidth : nodeWidth,
              height: nodeHeight,
            }}
          >
            <NodeLabel node={node} address={pageOf(node, stageAddress)} />
            {node.note && (
              <span className="stage-node-note">{node.unused ? `${node.note}, unused` : node.note}</span>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

function pageOf(
  { kind, id }: StageNode,
  stageAddress: StageDiagramProps['stageAddress'],
): string | undefined {
  return kind === 'stage' ? stageAddress?.(Number(id.slice('stage:'.length))) : undefined;
}

function NodeLabel({ node, address }: { readonly node: StageNode; readonly address: string | undefined }) {
  const label = visibleText(node.label);
  if (address === undefined) return <span className="stage-node-label">{label}</span>;
  return (
    <Link className="stage-node-label" to={address}>
      {label}
    </Link>
  );
}

/** In the lane of an edge that passes a column, else in the middle of its curve; edges never share that. */
function EdgeLabel({ edge }: { readonly edge: StageEdge }) {
  const [from, to] = edge.points.length > 2 ? edge.points.slice(1, 3) : edge.points;
  return (
    <text x={(from![0] + to![0]) / 2} y={(from![1] + to![1]) / 2 + 4} textAnchor="middle">
      line {edge.lines.slice(0, 2).join(', ')}
      {edge.lines.length > 2 && ' …'}
    </text>
  );
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
      const start = `${label.get(node.id)} starts from ${base ? label.get(base.source) : 'what is not there'}`;
      return [start, ...copies, ...(node.unused ? ['is not used by the image'] : [])].join(', ');
    });
  return `Stages: ${sentences.join('; ')}`;
}
