import { type ReactNode, useMemo, useRef } from 'react';
import { formatCount, formatExactBytes } from '../../shared/model/format-bytes.ts';
import type { VariantDocument } from '../../shared/model/project-document.ts';
import { type AddressFilter, filterOrNone } from '../charts/file-filter-address.ts';
import { useElementSize } from '../charts/use-element-size.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import { useCall } from '../data/use-call.ts';
import { FlowChart, flowChartHeight, flowChartWidth } from './flow-chart.tsx';
import { type FlowGraph, type FlowSelection, selectedKey, selectionFilter } from './flow-graph.ts';
import { FlowTable } from './flow-table.tsx';
import './flow-view.css';

export interface FlowViewProps {
  readonly variant: VariantDocument;
  readonly handle: string;
  /** Undefined where it is not known where each byte is from. */
  readonly graph: FlowGraph | undefined;
  readonly filter: AddressFilter;
  /** What is selected, in words. */
  readonly filterBar: ReactNode;
  readonly onFilter: (selection: FlowSelection) => void;
  readonly onLeftBehind: (stage: number) => void;
  readonly selected: string | undefined;
  readonly onSelect: (path: string) => void;
}

/** Where the bytes of an image come from, what its stages left behind, and the files of what is selected. */
export function FlowView(props: FlowViewProps) {
  const { variant, handle, graph, filter, filterBar, onFilter, onLeftBehind, ...rest } = props;
  const frame = useRef<HTMLDivElement>(null);
  const size = useElementSize(frame);
  const own = filter.of === undefined || filter.of === variant.dockerfile ? filter.filter : undefined;
  const selected = graph && own && selectedKey(graph, own);
  const name = visibleText(variant.name);
  if (!graph) {
    return (
      <p className="comparison-wait muted">
        Where each byte of {name} is from is not known: one of its layers or stages is not at hand.
      </p>
    );
  }
  // What is chosen again is let go.
  const choose = (selection: FlowSelection) =>
    onFilter(selectedKey(graph, selectionFilter(selection)) === selected ? { kind: 'all' } : selection);
  return (
    <div className="flow-view">
      <div ref={frame} className="flow-view-frame">
        {size && size.width > 0 && graph.nodes.length > 0 && (
          <FlowChart
            graph={graph}
            label={`Where the bytes of ${name} come from`}
            width={Math.max(size.width, flowChartWidth(graph))}
            height={Math.max(size.height, flowChartHeight(graph))}
            selected={selected}
            onSelect={choose}
            onLeftBehind={onLeftBehind}
          />
        )}
        {graph.nodes.length === 0 && <p className="comparison-wait muted">{name} has no content.</p>}
      </div>
      <div className="flow-view-bar">
        {filterBar}
        <SelectedFiles handle={handle} filter={own} {...rest} />
      </div>
      <FlowTable graph={graph} name={name} />
    </div>
  );
}

interface SelectedFilesProps {
  readonly handle: string;
  /** Undefined: it is about the stages of another Dockerfile. */
  readonly filter: AddressFilter['filter'] | undefined;
  readonly selected: string | undefined;
  readonly onSelect: (path: string) => void;
}

/** Paths that are named. */
const named = 3;

/** How much the filter lets through of this image, and the largest of it. */
function SelectedFiles({ handle, filter, selected, onSelect }: SelectedFilesProps) {
  const format = useFormatBytes();
  const passing = filter && filterOrNone(filter);
  const query = useMemo(() => ({ handle, filter: passing, offset: 0, limit: named }), [handle, passing]);
  const { value, error, answered } = useCall('files.largest', passing && query);
  if (!passing) {
    return (
      <p className="flow-view-files muted">
        {filter
          ? 'Widths are live bytes of the image. Click a flow, or press Enter on it, to see only its files in every view.'
          : 'The filter is about the stages of another Dockerfile.'}
      </p>
    );
  }
  if (error) return <p className="flow-view-files">{error.message}</p>;
  // Those of the image before stay until the new one's are here.
  const known = JSON.stringify(answered?.filter) === JSON.stringify(passing);
  if (!value || !known) return <p className="flow-view-files muted">…</p>;
  return (
    <p className="flow-view-files">
      <b title={formatExactBytes(value.bytes)}>{format(value.bytes)}</b>
      <span className="muted">
        {' '}
        in {formatCount(value.files)} {value.files === 1 ? 'file' : 'files'}
      </span>
      {value.rows.map((row) => (
        <button
          key={row.path}
          type="button"
          className="flow-view-file path"
          aria-pressed={row.path === selected}
          title={`${visibleText(row.path)}, ${formatExactBytes(row.bytes)}`}
          onClick={() => onSelect(row.path)}
        >
          <bdi>{visibleText(row.path)}</bdi>
        </button>
      ))}
      {value.total > value.rows.length && <span className="muted">…</span>}
    </p>
  );
}
