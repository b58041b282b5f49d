import { ownerFill } from '../charts/hatch-pattern.tsx';
import type { MeasureText } from '../charts/treemap-labels.ts';
import type { FlowEdge, FlowGraph, FlowSelection } from './flow-graph.ts';
import type { FlowLayout } from './flow-layout.ts';
import type { MarkProps } from './flow-marks.tsx';
import { stripes } from './ribbons.ts';

export const nodeWidth = 14;
/** Room right of the image for what it is made of. */
export const imageRoom = 236;
/** What is there at all is seen. */
export const thinnest = 1.5;

/** What the parts of a flow chart draw themselves with. */
export interface FlowDrawing {
  readonly graph: FlowGraph;
  readonly layout: FlowLayout;
  /** Id of the pattern for what is untraced. */
  readonly hatch: string;
  /** From column to column. */
  readonly distance: number;
  readonly format: (bytes: number) => string;
  readonly measure: MeasureText;
  /** A part by its key, in words, with the lines of its tooltip. */
  readonly mark: (key: string, words: string, lines: readonly string[], onChoose: () => void) => MarkProps;
  readonly onSelect: (selection: FlowSelection) => void;
  readonly onLeftBehind: (stage: number) => void;
}

export interface Band {
  readonly fill: string;
  /** From the top. */
  readonly offset: number;
  readonly thickness: number;
}

/** An edge's colours: of its content, or where that is not known, of where it comes from. */
export function edgeBands(
  { graph, hatch }: FlowDrawing,
  { content, source }: FlowEdge,
  thickness: number,
): readonly Band[] {
  if (content) {
    return stripes(content, thickness).map(({ owner, ...band }) => ({
      ...band,
      fill: ownerFill(owner.color, hatch),
    }));
  }
  const { owner } = graph.nodes[source]!;
  return [{ offset: 0, thickness, fill: owner ? ownerFill(owner.color, hatch) : 'var(--border-strong)' }];
}
