import { formatCount, formatExactBytes } from '../../shared/model/format-bytes.ts';
import type { ImageFacts } from '../../shared/model/image-document.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import { visibleText } from '../charts/visible-text.ts';
import './image-list.css';

export interface DuplicateListProps {
  readonly duplicates: NonNullable<ImageFacts['duplicates']>;
  readonly onSelect: (path: string) => void;
}

/** Live files of equal content; the bytes are those beyond the first copy. */
export function DuplicateList({ duplicates, onSelect }: DuplicateListProps) {
  const format = useFormatBytes();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section className="image-list" aria-label="Duplicates" tabIndex={0}>
      {duplicates.total === 0 ? (
        <p className="image-list-note">No two files have equal content.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Paths with equal content</th>
              <th scope="col" className="image-list-number">
                Copies
              </th>
              <th scope="col" className="image-list-number">
                Bytes beyond the first
              </th>
            </tr>
          </thead>
          <tbody>
            {duplicates.items.map((item) => (
              <tr key={item.paths[0]}>
                <td>
                  {item.paths.map((path) => (
                    <button
                      key={path}
                      type="button"
                      className="image-list-link path"
                      onClick={() => onSelect(path)}
                    >
                      <bdi>{visibleText(path)}</bdi>
                    </button>
                  ))}
                  {item.copies > item.paths.length && (
                    <span className="muted">and {formatCount(item.copies - item.paths.length)} more</span>
                  )}
                </td>
                <td className="image-list-number">{formatCount(item.copies)}</td>
                <td className="image-list-number" title={formatExactBytes(item.bytes)}>
                  {format(item.bytes)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {duplicates.total > duplicates.items.length && (
        <p className="image-list-note">
          The largest {formatCount(duplicates.items.length)} of {formatCount(duplicates.total)};{' '}
          {format(duplicates.totalBytes)} in all.
        </p>
      )}
    </section>
  );
}
