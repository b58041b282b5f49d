import { type KeyboardEvent, type MouseEvent, useId, useMemo, useRef, useState } from 'react';
import type { TreemapTile } from '../../shared/model/files.ts';
import { formatCount } from '../../shared/model/format-bytes.ts';
import type { PathChanges } from '../since/path-changes.ts';
import type { Owner } from './owners.ts';
import { type Box, boxAt, boxOfPath, contains } from './treemap-boxes.ts';
import { type Drawn, TreemapChart } from './treemap-chart.tsx';
import { type Direction, neighbour } from './treemap-navigation.ts';
import { TreemapTooltip } from './treemap-tooltip.tsx';
import { useElementSize } from './use-element-size.ts';
import { useFormatBytes } from './use-format-bytes.ts';
import { visibleText } from './visible-text.ts';
import './treemap.css';

export interface TreemapProps {
  /** What the picture is of, for those who do not see it. */
  readonly label: string;
  readonly root: TreemapTile;
  /** Whose colour a tile has; the same function until that changes. */
  readonly ownerOf: (tile: TreemapTile) => Owner | undefined;
  /** Where a tile's content is from, in words: `stage builder, line 4`. */
  readonly describe: (tile: TreemapTile) => string;
  /** Absolute path of what is selected, wherever it is. */
  readonly selected?: string;
  /** Tiles without this text in their name or path are greyed. */
  readonly search?: string;
  /** What is other than in the build before: tiles are marked. */
  readonly changes?: PathChanges | undefined;
  /** Whether only a part of the image is shown. */
  readonly filtered?: boolean;
  /** Part of the frame's area to fill, so that two treemaps can be to one scale. */
  readonly share?: number;
  readonly onSelect: (path: string) => void;
  readonly onZoom: (path: string) => void;
  readonly onZoomOut: () => void;
}

const directions: Record<string, Direction> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

const nothingDrawn: Drawn = { boxes: [], chips: [], marks: new Map() };

interface Hover {
  readonly box: Box;
  readonly x: number;
  readonly y: number;
}

/**
 * A directory as tiles whose areas are its bytes. One tab stop: arrows go between siblings, Enter zooms in, Escape
 * or Backspace out.
 */
export function Treemap(props: TreemapProps) {
  const { label, root, ownerOf, selected, search, share = 1, onSelect, onZoom, onZoomOut } = props;
  const frame = useRef<HTMLDivElement>(null);
  const size = useElementSize(frame);
  const [drawn, setDrawn] = useState(nothingDrawn);
  const [hover, setHover] = useState<Hover>();
  const id = useId();

  const found = useMemo(
    () => (selected === undefined ? undefined : boxOfPath(drawn.boxes, selected)),
    [drawn, selected],
  );
  const active = found?.box ?? drawn.boxes[0];
  const side = Math.sqrt(Math.min(1, share));
  const width = Math.max(0, Math.floor((size?.width ?? 0) * side));
  const height = Math.max(0, Math.floor((size?.height ?? 0) * side));

  const at = (event: MouseEvent): Box | undefined => {
    const rect = event.currentTarget.getBoundingClientRect();
    const x = event.clientX - rect.left - event.currentTarget.clientLeft;
    const y = event.clientY - rect.top - event.currentTarget.clientTop;
    const chip = drawn.chips.find((candidate) => contains(candidate, x, y));
    return chip ? drawn.boxes[chip.box] : boxAt(drawn.boxes, x, y);
  };

  const zoomInto = (box: Box) => {
    const path = box.tile.kind === 'file' ? parentPath(box.tile.path) : box.tile.path;
    if (path !== root.path) onZoom(path);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = directions[event.key];
    if (direction) {
      const next = active && (found ? neighbour(drawn.boxes, active, direction) : active);
      if (next) onSelect(next.tile.path);
    } else if (event.key === 'Enter') {
      if (active && active.tile.kind === 'directory') onZoom(active.tile.path);
    } else if (event.key === ' ') {
      if (active) onSelect(active.tile.path);
    } else if (event.key === 'Escape' || event.key === 'Backspace') {
      onZoomOut();
    } else return;
    event.preventDefault();
  };

  return (
    <div
      ref={frame}
      className="treemap"
      role="tree"
      tabIndex={0}
      aria-label={label}
      aria-description="Arrow keys go between tiles, Enter zooms in, Escape zooms out"
      aria-activedescendant={active && `${id}-active`}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        const box = at(event);
        if (box) onSelect(box.tile.path);
      }}
      onDoubleClick={(event) => {
        const box = at(event);
        if (box) zoomInto(box);
      }}
      onMouseMove={(event) => {
        const box = at(event);
        setHover(box && { box, x: event.clientX, y: event.clientY });
      }}
      onMouseLeave={() => setHover(undefined)}
    >
      {width > 0 && height > 0 && root.bytes > 0 && (
        <TreemapChart
          root={root}
          ownerOf={ownerOf}
          search={search}
          changes={props.changes}
          filtered={props.filtered}
          width={width}
          height={height}
          onDrawn={setDrawn}
        />
      )}
      {root.bytes === 0 && <p className="treemap-empty">Nothing here takes up any bytes.</p>}
      {active && (
        <ActiveTile
          id={`${id}-active`}
          box={active}
          drawn={drawn}
          owner={ownerOf(active.tile)}
          found={found}
        />
      )}
      {hover && (
        <TreemapTooltip
          {...hover}
          mark={drawn.marks.get(hover.box.index)}
          owner={ownerOf(hover.box.tile)}
          description={props.describe(hover.box.tile)}
        />
      )}
    </div>
  );
}

interface ActiveTileProps {
  readonly id: string;
  readonly box: Box;
  readonly drawn: Drawn;
  readonly owner: Owner | undefined;
  readonly found: { readonly exact: boolean } | undefined;
}

/** The outline of what is selected, and what a screen reader says of the tile that has the focus. */
function ActiveTile({ id, box, drawn, owner, found }: ActiveTileProps) {
  const format = useFormatBytes();
  const { tile } = box;
  const siblings = drawn.boxes.filter((other) => other.parent === box.parent);
  const what =
    tile.kind === 'directory'
      ? `directory, ${formatCount(tile.files)} files`
      : tile.kind === 'more'
        ? `${formatCount(tile.files)} files too small to draw`
        : 'file';
  const mark = drawn.marks.get(box.index);
  const facts = [visibleText(tile.name), what, format(tile.bytes), owner?.label, mark?.words];
  return (
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={box.depth}
      aria-posinset={siblings.indexOf(box) + 1}
      aria-setsize={siblings.length}
      aria-selected={found !== undefined}
      aria-expanded={tile.kind === 'directory' ? false : undefined}
      aria-label={facts.filter((fact) => fact !== undefined).join(', ')}
      className="treemap-active"
      data-state={found ? (found.exact ? 'selected' : 'around') : 'none'}
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
    />
  );
}

function parentPath(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
