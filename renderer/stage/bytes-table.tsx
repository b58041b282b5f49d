import type { ReactNode } from 'react';
import { formatCount, formatExactBytes, formatPercent } from '../../shared/model/format-bytes.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import '../image/image-list.css';

export interface BytesRow {
  readonly key: string;
  readonly name: string;
  readonly detail: string;
  readonly isPath: boolean;
  readonly bytes: number;
  readonly files: number;
  /** Shows its files; undefined where there is nothing to go to. */
  readonly onShow: (() => void) | undefined;
}

export interface BytesTableProps {
  readonly label: string;
  readonly heads: readonly [string, string];
  readonly rows: readonly BytesRow[];
  /** Bytes that the shares are of. */
  readonly whole: number;
  /** How many rows there are, and their bytes, where not all of them are here. */
  readonly cut: { readonly total: number; readonly totalBytes: number };
  readonly empty?: string;
  readonly note?: ReactNode;
}

/** Named parts of a whole, the largest first. */
export function BytesTable({ label, heads, rows, whole, cut, empty, note }: BytesTableProps) {
  const format = useFormatBytes();
  if (cut.total === 0) return <p className="image-list-note">{empty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section className="image-list" aria-label={label} tabIndex={0}>
      {note && <p className="image-list-note">{note}</p>}
      <table>
        <thead>
          <tr>
            <th scope="col">{heads[0]}</th>
            <th scope="col">{heads[1]}</th>
            <th scope="col" className="image-list-number">
              Files
            </th>
            <th scope="col" className="image-list-number">
              Bytes
            </th>
            <th scope="col" className="image-list-number">
              Share
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <td>
                {row.onShow ? (
                  <button type="button" className="image-list-link" onClick={row.onShow}>
                    <bdi>{visibleText(row.name)}</bdi>
                  </button>
                ) : (
                  <bdi>{visibleText(row.name)}</bdi>
                )}
              </td>
              <td className={row.isPath ? 'path' : 'muted'}>
                <bdi>{visibleText(row.detail)}</bdi>
              </td>
              <td className="image-list-number">{formatCount(row.files)}</td>
              <td className="image-list-number" title={formatExactBytes(row.bytes)}>
                {format(row.bytes)}
              </td>
              <td className="image-list-number muted">{whole > 0 && formatPercent(row.bytes / whole)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {cut.total > rows.length && (
        <p className="image-list-note">
          The largest {formatCount(rows.length)} of {formatCount(cut.total)}; {format(cut.totalBytes)} in all.
        </p>
      )}
    </section>
  );
}
