import type { FocusEvent, KeyboardEvent, MouseEvent, ReactNode } from 'react';
import type { SankeyLinkProps } from 'recharts';
import { formatExactBytes } from '../../shared/model/format-bytes.ts';
import { ownerFill } from '../charts/hatch-pattern.tsx';
import { fitWords } from '../charts/left-behind.ts';
import { labelSize } from '../charts/measure-text.ts';
import type { OwnerShare } from '../charts/owner-shares.ts';
import type { MeasureText } from '../charts/treemap-labels.ts';
import { visibleText } from '../charts/visible-text.ts';
import type { FlowNode } from './flow-graph.ts';
import { stripes } from './ribbons.ts';

type Format = (bytes: number) => string;

export interface MarkProps {
  readonly markKey: string;
  /** For those who do not see it. */
  readonly words: string;
  /** Whether it is the tab stop of the chart. */
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly isDimmed: boolean;
  /** A further piece of what is a mark already: for the pointer only. */
  readonly isContinued?: boolean;
  /** Whether choosing it leads to another screen; otherwise it selects. */
  readonly isLink?: boolean;
  readonly onChoose: () => void;
  readonly onFocus: () => void;
  /** Where in the window its tooltip goes; undefined: nowhere. */
  readonly onTip: (place: { readonly x: number; readonly y: number } | undefined) => void;
}

/** A part of the drawing that can be pointed at, focused and chosen. */
export function Mark(props: MarkProps & { readonly children: ReactNode }) {
  const {
    markKey,
    words,
    isActive,
    isSelected,
    isDimmed,
    isContinued = false,
    isLink = false,
    onChoose,
    onFocus,
    onTip,
    children,
  } = props;
  const shown = {
    className: 'flow-mark',
    'data-dimmed': isDimmed || undefined,
    'data-selected': isSelected || undefined,
    onClick: onChoose,
    onMouseMove: (event: MouseEvent) => onTip({ x: event.clientX, y: event.clientY }),
    onMouseLeave: () => onTip(undefined),
  };
  if (isContinued) return <g {...shown}>{children}</g>;
  const focusable = {
    ...shown,
    'data-key': markKey,
    tabIndex: isActive ? 0 : -1,
    'aria-label': words,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      onChoose();
    },
    onFocus: ({ currentTarget }: FocusEvent) => {
      onFocus();
      if (!currentTarget.matches(':focus-visible')) return;
      const { left, width, bottom } = currentTarget.getBoundingClientRect();
      onTip({ x: left + width / 2, y: bottom - 8 });
    },
    onBlur: () => onTip(undefined),
  };
  if (isLink) {
    return (
      // biome-ignore lint/a11y/useSemanticElements: what an a of SVG leads to is loaded anew
      <g {...focusable} role="link">
        {children}
      </g>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot be in a drawing
    <g {...focusable} role="button" aria-pressed={isSelected}>
      {children}
    </g>
  );
}

interface NodeLabelProps {
  readonly x: number;
  readonly y: number;
  readonly name: string;
  readonly bytes: string;
  readonly room: number;
  readonly measure: MeasureText;
}

/** Name and bytes above a node, or the bytes alone, or nothing; never part of one. */
export function NodeLabel({ x, y, name, bytes, room, measure }: NodeLabelProps) {
  const [nameWidth, bytesWidth] = [measure(name, 'bold'), measure(bytes, 'normal')];
  const both = nameWidth + 6 + bytesWidth <= room;
  const alone = both ? undefined : nameWidth <= room ? 'name' : bytesWidth <= room ? 'bytes' : 'none';
  if (alone === 'none') return null;
  return (
    <text x={x} y={y} fontSize={labelSize} className="flow-label">
      {alone !== 'bytes' && <tspan className="flow-label-name">{name}</tspan>}{' '}
      {alone !== 'name' && (
        <tspan x={both ? x + nameWidth + 6 : x} className="flow-label-bytes">
          {bytes}
        </tspan>
      )}
    </text>
  );
}

interface PlaceProps {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface ImageNodeProps extends PlaceProps {
  readonly shares: readonly OwnerShare[];
  readonly hatch: string;
}

const lineHeight = 16;

/** The image: what it is made of. */
export function ImageNode({ x, y, width, height, shares, hatch }: ImageNodeProps) {
  return (
    <g>
      <rect x={x} y={y} width={width} height={height} rx={2} className="flow-image" />
      {stripes(shares, height).map(({ owner, offset, thickness }) => (
        <rect
          key={owner.id}
          x={x}
          y={y + offset}
          width={width}
          height={Math.max(1, thickness)}
          fill={ownerFill(owner.color, hatch)}
        />
      ))}
    </g>
  );
}

interface ImageLabelsProps extends PlaceProps {
  readonly shares: readonly OwnerShare[];
  readonly format: Format;
  readonly measure: MeasureText;
  /** Right of the node. */
  readonly room: number;
}

/** Right of the image the names of its origins, of the largest first, each where its stripe is and there is room. */
export function ImageLabels({ x, y, width, height, shares, format, measure, room }: ImageLabelsProps) {
  const left = x + width + 8;
  const taken: number[] = [];
  const labels = stripes(shares, height)
    .toSorted((a, b) => b.bytes - a.bytes)
    .flatMap(({ owner, bytes, offset, thickness }) => {
      const middle = y + offset + thickness / 2;
      const name = visibleText(owner.label);
      const size = format(bytes);
      const sizeX = left + measure(name, 'normal') + 6;
      if (sizeX + measure(size, 'normal') > left + room) return [];
      if (taken.some((other) => Math.abs(other - middle) < lineHeight)) return [];
      taken.push(middle);
      return [{ id: owner.id, name, size, sizeX, middle }];
    });
  return (
    <g>
      {labels.map(({ id, name, size, sizeX, middle }) => (
        <text key={id} x={left} y={middle + labelSize / 3} fontSize={labelSize} className="flow-label">
          <tspan>{name}</tspan>{' '}
          <tspan x={sizeX} className="flow-label-bytes">
            {size}
          </tspan>
        </text>
      ))}
    </g>
  );
}

interface LeftBehindStubProps extends PlaceProps {
  readonly node: FlowNode;
  readonly room: number;
  readonly measure: MeasureText;
  readonly format: Format;
  readonly mark: (words: string, lines: readonly string[]) => MarkProps;
}

const stub = { width: 26, height: 11, gap: 6 };
/** Groups that a tooltip names. */
const mostGroups = 10;

/** What a stage left behind ends beside it, dashed: it is in no sum of the flow. */
export function LeftBehindStub({ x, y, height, node, room, measure, format, mark }: LeftBehindStubProps) {
  const { bytes, groups } = node.leftBehind!;
  const items = groups.map((group) => `${visibleText(group.name)} ${format(group.bytes)}`);
  const head = `left behind ${format(bytes)}`;
  const text = fitWords(head, items, room - stub.width - stub.gap, measure);
  const rest = text?.slice(head.length);
  const top = y + height + 5;
  return (
    <Mark
      isLink
      {...mark([`${visibleText(node.label)}: ${head}`, ...items].join(', '), [
        `Left behind in ${visibleText(node.label)}`,
        `${format(bytes)} · ${formatExactBytes(bytes)}`,
        ...items.slice(0, mostGroups),
      ])}
    >
      <path
        d={`M${x + 0.5} ${top}v${stub.height - 4}a4 4 0 0 0 4 4h${stub.width - 4}v-${stub.height}z`}
        className="flow-stub"
      />
      {text !== undefined && (
        <text
          x={x + stub.width + stub.gap}
          y={top + stub.height - 1}
          fontSize={labelSize}
          className="flow-label-bytes"
        >
          <tspan className="flow-label">{head}</tspan>
          {rest}
        </text>
      )}
    </Mark>
  );
}

interface EdgeLabelProps {
  readonly laid: SankeyLinkProps;
  readonly text: string;
  readonly measure: MeasureText;
}

/** The bytes in the middle of a flow that is thick enough for them. */
export function EdgeLabel({ laid, text, measure }: EdgeLabelProps) {
  const room = (laid.targetX - laid.sourceX) / 2;
  if (laid.linkWidth < lineHeight || measure(text, 'normal') > room) return null;
  return (
    <text
      x={(laid.sourceX + laid.targetX) / 2}
      y={(laid.sourceY + laid.targetY) / 2 + labelSize / 3}
      textAnchor="middle"
      fontSize={labelSize}
      className="flow-label"
    >
      {text}
    </text>
  );
}
