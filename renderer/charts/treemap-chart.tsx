import { memo, useCallback, useId, useLayoutEffect, useMemo } from 'react';
import { Treemap as RechartsTreemap, type TreemapNode } from 'recharts';
import type { TreemapTile } from '../../shared/model/files.ts';
import { type ChangeMark, markSigns } from '../since/change-mark.ts';
import type { PathChanges } from '../since/path-changes.ts';
import { HatchPattern, ownerFill } from './hatch-pattern.tsx';
import { labelSize, textMeasure } from './measure-text.ts';
import type { Owner, OwnerColor } from './owners.ts';
import { type Box, boxesOf, type LaidNode, treemapData } from './treemap-boxes.ts';
import {
  type Chip,
  chipHeight,
  chipPadding,
  lineHeight,
  placeChips,
  placeTileLabels,
  type TileLabel,
} from './treemap-labels.ts';
import { markBoxes } from './treemap-marks.ts';
import { useFormatBytes } from './use-format-bytes.ts';

/**
 * Recharts rounds rectangles to whole units, which leaves a fifth of 700 tiles without any area. In a space this many
 * times as large as the frame, no tile is off by more than a quarter of a square pixel.
 */
const layoutScale = 256;

/** Recharts keeps this much of the height of a nested treemap for its own breadcrumb, which is not shown. */
const nestIndexHeight = 30;

const none: readonly LaidNode[] = [];

export interface Drawn {
  readonly boxes: readonly Box[];
  readonly chips: readonly Chip[];
  /** Of tiles that are other than in the build before, by box. */
  readonly marks: ReadonlyMap<number, ChangeMark>;
}

interface TreemapChartProps {
  readonly root: TreemapTile;
  readonly ownerOf: (tile: TreemapTile) => Owner | undefined;
  readonly search?: string;
  readonly changes?: PathChanges | undefined;
  /** Whether only a part of the image is shown. */
  readonly filtered?: boolean;
  readonly width: number;
  readonly height: number;
  readonly onDrawn: (drawn: Drawn) => void;
}

/**
 * Recharts lays the tiles out; they are drawn in one go from its root node. As `nest` it mounts elements for the first
 * level only, where `flat` mounts a dozen for each tile, which takes longer than a zoom may (50 ms to the next paint).
 */
export const TreemapChart = memo(function TreemapChart(props: TreemapChartProps) {
  const { root, ownerOf, search, changes, filtered = false, width, height, onDrawn } = props;
  const data = useMemo(() => treemapData(root), [root]);
  const content = useCallback(
    (node: TreemapNode) =>
      node.depth === 0 ? (
        <Tiles
          nodes={node.children ?? none}
          ownerOf={ownerOf}
          search={search}
          changes={changes}
          filtered={filtered}
          onDrawn={onDrawn}
        />
      ) : (
        <g />
      ),
    [ownerOf, search, changes, filtered, onDrawn],
  );
  return (
    <div className="treemap-chart" aria-hidden="true">
      <RechartsTreemap
        type="nest"
        data={data}
        dataKey="bytes"
        nameKey="name"
        width={width * layoutScale}
        height={height * layoutScale + nestIndexHeight}
        style={{ width, height }}
        aspectRatio={1.3}
        isAnimationActive={false}
        isUpdateAnimationActive={false}
        content={content}
        nestIndexContent={() => null}
      />
    </div>
  );
});

interface TilesProps {
  /** The same array until data or frame change. */
  readonly nodes: readonly LaidNode[];
  readonly ownerOf: (tile: TreemapTile) => Owner | undefined;
  readonly search?: string;
  readonly changes: PathChanges | undefined;
  readonly filtered: boolean;
  readonly onDrawn: (drawn: Drawn) => void;
}

const unmarked: ReadonlyMap<number, ChangeMark> = new Map();

function Tiles({ nodes, ownerOf, search, changes, filtered, onDrawn }: TilesProps) {
  const format = useFormatBytes();
  const hatch = useId();
  const drawing = useMemo(() => {
    const boxes = boxesOf(nodes, layoutScale);
    const measure = textMeasure(getComputedStyle(document.body).fontFamily);
    const chips = placeChips(boxes, measure, format);
    return { boxes, chips, labels: placeTileLabels(boxes, chips, measure, format) };
  }, [nodes, format]);
  const { boxes, chips, labels } = drawing;
  const marks = useMemo(
    () => (changes ? markBoxes(boxes, changes, filtered, format) : unmarked),
    [boxes, changes, filtered, format],
  );
  useLayoutEffect(() => onDrawn({ boxes, chips, marks }), [boxes, chips, marks, onDrawn]);

  const matches = useMemo(() => matchingBoxes(boxes, search), [boxes, search]);
  const colorOf = (box: Box) =>
    matches && !matches.has(box.index)
      ? 'greyed'
      : box.tile.kind === 'more'
        ? 'more'
        : (ownerOf(box.tile)?.color ?? 'untraced');
  return (
    <g transform={`scale(${layoutScale})`} fontSize={labelSize}>
      <HatchPattern id={hatch} />
      {tilePaths(boxes, colorOf).map(([color, path]) => (
        <path key={color} d={path} fill={fillOf(color, hatch)} />
      ))}
      {gutterDepths.map((depth) => (
        <path key={depth} className={`treemap-gutter-${depth}`} d={gutterPath(boxes, depth)} />
      ))}
      {labels.map((label) => (
        <LabelText key={label.box} label={label} color={colorOf(boxes[label.box]!)} />
      ))}
      {[...marks].map(([index, mark]) => (
        <TileMark key={index} box={boxes[index]!} mark={mark} />
      ))}
      {chips.map((chip) => (
        <ChipMark key={chip.box} chip={chip} greyed={matches !== undefined && !matches.has(chip.box)} />
      ))}
    </g>
  );
}

type TileColor = OwnerColor | 'greyed';

const badgeSize = 15;

/** An outline inside of the tile, on a lighter one that tells it from any colour, and a sign where there is room. */
function TileMark({ box, mark }: { readonly box: Box; readonly mark: ChangeMark }) {
  const inset = 2;
  const { x, y, width, height } = box;
  const hasBadge = width >= badgeSize + 6 && height >= badgeSize + 6;
  const [left, top] = [x + width - badgeSize - inset, y + height - badgeSize - inset];
  const outline = {
    x: x + inset,
    y: y + inset,
    width: Math.max(0, width - 2 * inset),
    height: Math.max(0, height - 2 * inset),
    rx: 1.5,
  };
  return (
    <g className={`treemap-mark treemap-mark-${mark.tone}`}>
      <rect {...outline} className="treemap-mark-ground" />
      <rect {...outline} className="treemap-mark-line" />
      {hasBadge && (
        <>
          <rect x={left} y={top} width={badgeSize} height={badgeSize} rx={2} className="treemap-mark-badge" />
          <text x={left + badgeSize / 2} y={top + badgeSize / 2 + 4} textAnchor="middle" fontSize={11}>
            {markSigns[mark.tone]}
          </text>
        </>
      )}
    </g>
  );
}

function LabelText({ label, color }: { readonly label: TileLabel; readonly color: TileColor }) {
  return (
    <text
      fill={color === 'greyed' ? 'var(--text-muted)' : `var(--on-owner-${color})`}
      className="treemap-label"
    >
      {label.lines.map((line, index) => (
        <tspan key={line} x={label.x} y={label.y + index * lineHeight + labelSize}>
          {line}
        </tspan>
      ))}
    </text>
  );
}

function ChipMark({ chip, greyed }: { readonly chip: Chip; readonly greyed: boolean }) {
  const baseline = chip.y + chipHeight - chipPadding;
  return (
    <g className="treemap-chip" data-greyed={greyed || undefined}>
      <path d={tab(chip)} />
      <text x={chip.x + chipPadding} y={baseline} className="treemap-chip-name">
        {chip.name}
      </text>
      {chip.size && (
        <text x={chip.x + chip.size.x} y={baseline} className="treemap-chip-size">
          {chip.size.text}
        </text>
      )}
    </g>
  );
}

/** A rectangle whose far corner is round: it grows out of the gutters around its directory. */
function tab({ x, y, width, height }: Chip): string {
  const r = 5;
  return `M${x} ${y}h${width}v${height - r}a${r} ${r} 0 0 1 ${-r} ${r}h${r - width}z`;
}

function fillOf(color: TileColor, hatch: string): string {
  return color === 'greyed' ? 'var(--surface-sunken)' : ownerFill(color, hatch);
}

/** Directories of these levels have gutters around them; the inner ones are drawn first, so the outer lie on top. */
const gutterDepths = [3, 2, 1] as const;

function gutterPath(boxes: readonly Box[], depth: number): string {
  return boxes
    .filter((box) => box.depth === depth && box.children.length > 0)
    .map(
      ({ x, y, width, height }) =>
        `M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}z`,
    )
    .join('');
}

/** All tiles of a colour as one path: a few elements instead of hundreds, which is most of the time a zoom takes. */
function tilePaths(boxes: readonly Box[], colorOf: (box: Box) => TileColor): readonly [TileColor, string][] {
  const paths = new Map<TileColor, string>();
  for (const box of boxes) {
    if (box.children.length > 0) continue;
    const color = colorOf(box);
    paths.set(color, (paths.get(color) ?? '') + tilePath(box));
  }
  return [...paths];
}

function tilePath({ x, y, width, height }: Box): string {
  // A gap of one pixel between tiles, but never at the cost of the whole tile.
  const gapX = Math.min(0.5, width / 4);
  const gapY = Math.min(0.5, height / 4);
  const r = Math.min(2, width / 4, height / 4);
  const w = short(width - 2 * (gapX + r));
  const h = short(height - 2 * (gapY + r));
  const s = short(r);
  const corner = (dx: number, dy: number) => `a${s} ${s} 0 0 1 ${dx} ${dy}`;
  return (
    `M${short(x + gapX + r)} ${short(y + gapY)}h${w}${corner(s, s)}v${h}${corner(-s, s)}` +
    `h${-w}${corner(-s, -s)}v${-h}${corner(s, -s)}z`
  );
}

/** To a hundredth of a pixel. */
function short(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Boxes whose own name has the text, or that lie in or around such a box; undefined without a search. */
export function matchingBoxes(
  boxes: readonly Box[],
  search: string | undefined,
): ReadonlySet<number> | undefined {
  const text = search?.trim().toLowerCase();
  if (!text) return undefined;
  const matches = new Set<number>();
  for (const box of boxes) {
    const inside = box.parent >= 0 && matches.has(box.parent);
    if (inside || (box.tile.kind !== 'more' && box.tile.name.toLowerCase().includes(text))) {
      matches.add(box.index);
    }
  }
  return matches;
}
