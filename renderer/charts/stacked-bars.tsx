import { memo, useId, useMemo, useRef } from 'react';
import { Bar, BarChart, type BarShapeProps, XAxis, YAxis } from 'recharts';
import { type BarRow, longestRow, missingBytes, segmentBytes, segmentLabel } from './bar-segments.ts';
import { HatchPattern, ownerFill } from './hatch-pattern.tsx';
import { fitWords, leftBehindWords } from './left-behind.ts';
import { labelSize, textMeasure } from './measure-text.ts';
import type { Owner } from './owners.ts';
import { useElementSize } from './use-element-size.ts';
import { useFormatBytes } from './use-format-bytes.ts';
import './stacked-bars.css';

export const barRowHeight = 40;
const barHeight = 30;

export interface StackedBarsProps {
  readonly rows: readonly BarRow[];
  readonly owners: readonly Owner[];
  /** Live bytes of the row the others are held against. */
  readonly baseline: number | null;
}

/**
 * One bar a row, to one scale: its owners' bytes, then the length it lacks against the baseline, with what its stages
 * left behind.
 */
export const StackedBars = memo(function StackedBars({ rows, owners, baseline }: StackedBarsProps) {
  const frame = useRef<HTMLDivElement>(null);
  const size = useElementSize(frame);
  const hatch = useId();
  const longest = longestRow(rows, baseline);
  const height = rows.length * barRowHeight;
  const data = useMemo(() => [...rows], [rows]);
  return (
    <div ref={frame} className="stacked-bars" style={{ height }} aria-hidden="true">
      {size && size.width > 0 && (
        <BarChart
          layout="vertical"
          width={size.width}
          height={height}
          data={data}
          margin={{ top: 0, right: 0, bottom: 0, left: 0 }}
          barSize={barHeight}
          accessibilityLayer={false}
        >
          <defs>
            <HatchPattern id={hatch} />
          </defs>
          <XAxis type="number" hide domain={[0, longest]} />
          <YAxis type="category" dataKey="id" hide width={0} />
          {owners.map((owner) => (
            <Bar
              key={owner.id}
              dataKey={(row: BarRow) => segmentBytes(row, owner.id)}
              stackId="live"
              isAnimationActive={false}
              shape={(shape: BarShapeProps) => <Segment {...place(shape)} owner={owner} hatch={hatch} />}
            />
          ))}
          <Bar
            dataKey={(row: BarRow) => missingBytes(row, baseline, longest)}
            stackId="live"
            isAnimationActive={false}
            shape={(shape: BarShapeProps) => (
              <Missing {...place(shape)} bytes={missingBytes(shape.payload as BarRow, baseline, longest)} />
            )}
          />
        </BarChart>
      )}
    </div>
  );
});

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly row: BarRow;
}

function place(shape: BarShapeProps): Place {
  const number = (value: unknown) => Number(value) || 0;
  return {
    x: number(shape.x),
    y: number(shape.y),
    width: number(shape.width),
    height: number(shape.height),
    row: shape.payload as BarRow,
  };
}

function Segment({
  x,
  y,
  width,
  height,
  row,
  owner,
  hatch,
}: Place & { readonly owner: Owner; readonly hatch: string }) {
  const format = useFormatBytes();
  const bytes = segmentBytes(row, owner.id);
  if (bytes === 0) return <g />;
  const label = segmentLabel(owner.label, format(bytes), width - 1, measureLabels());
  const baseline = y + height / 2 + labelSize / 3;
  return (
    <g>
      <rect
        x={x + 0.5}
        y={y}
        // What is there at all is seen.
        width={Math.max(1.5, width - 1)}
        height={height}
        rx={Math.min(4, width / 4)}
        fill={ownerFill(owner.color, hatch)}
      />
      {label && (
        <text x={x + 8} y={baseline} fill={`var(--on-owner-${owner.color})`} fontSize={labelSize}>
          <tspan fontWeight={600}>{label.name}</tspan>
          {label.size && <tspan x={x + 8 + label.size.x}>{label.size.text}</tspan>}
        </text>
      )}
    </g>
  );
}

function Missing({ x, y, width, height, row, bytes }: Place & { readonly bytes: number }) {
  const format = useFormatBytes();
  if (bytes === 0 || width < 2) return <g />;
  const left = row.leftBehind && leftBehindWords(row.leftBehind, format);
  const measure = measureLabels();
  const text =
    (left && fitWords(left.head, left.items, width - 20, measure)) ??
    fitWords(`${format(bytes)} less`, [], width - 20, measure);
  return (
    <g>
      <rect
        x={x + 1.5}
        y={y + 0.5}
        width={Math.max(0, width - 2)}
        height={height - 1}
        rx={Math.min(4, width / 4)}
        className="stacked-bars-missing"
      />
      {text !== undefined && (
        <text x={x + 10} y={y + height / 2 + labelSize / 3} fill="var(--text-muted)" fontSize={labelSize}>
          {text}
        </text>
      )}
    </g>
  );
}

function measureLabels() {
  return textMeasure(getComputedStyle(document.body).fontFamily);
}
