import { useDeferredValue } from 'react';
import type { FileFilter } from '../../shared/model/file-filter.ts';
import { formatCount, formatExactBytes } from '../../shared/model/format-bytes.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { useCall } from '../data/use-call.ts';
import './image-list.css';

export interface SearchResultsProps {
  readonly handle: string;
  /** Part of a path, or a glob. */
  readonly text: string;
  readonly filter: FileFilter | undefined;
  readonly onSelect: (path: string) => void;
}

/** The largest of what is found; more are counted. */
const shown = 500;

/** Paths anywhere in the image that match, largest first, with what they are together. */
export function SearchResults({ handle, text, filter, onSelect }: SearchResultsProps) {
  const format = useFormatBytes();
  const query = { handle, text: useDeferredValue(text), filter, offset: 0, limit: shown };
  const { value, error, refetch } = useCall('files.search', query);
  if (error) return <ErrorPanel error={error} onRetry={refetch} />;
  if (!value) return <p className="muted">Searching …</p>;
  const { total, bytes, files, rows } = value;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section className="image-list" aria-label="Paths that match" tabIndex={0}>
      <p className="image-list-note" role="status">
        {total === 0
          ? 'No path matches.'
          : `${formatCount(total)} ${total === 1 ? 'path' : 'paths'} with ${formatCount(files)} ${files === 1 ? 'file' : 'files'}, ${format(bytes)} in all${total > rows.length ? `; the largest ${formatCount(rows.length)}` : ''}.`}
      </p>
      {total > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Path</th>
              <th scope="col" className="image-list-number">
                Layer
              </th>
              <th scope="col" className="image-list-number">
                Size
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.pathBase64 ?? row.path}>
                <td>
                  <button type="button" className="image-list-link path" onClick={() => onSelect(row.path)}>
                    <bdi>{visibleText(row.path)}</bdi>
                    {row.kind === 'directory' && row.path !== '/' && '/'}
                  </button>
                </td>
                <td className="image-list-number">
                  {row.layer === undefined || row.kind === 'directory' ? '' : row.layer + 1}
                </td>
                <td className="image-list-number" title={formatExactBytes(row.bytes)}>
                  {format(row.bytes)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
