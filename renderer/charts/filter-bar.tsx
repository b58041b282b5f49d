import type { FileFilter } from '../../shared/model/file-filter.ts';
import './filter-bar.css';
import type { FilterPart } from './file-filter-address.ts';
import { type FilterNames, filterWords } from './filter-words.ts';
import { useFormatBytes } from './use-format-bytes.ts';

export interface FilterBarProps {
  readonly filter: FileFilter;
  readonly names: FilterNames;
  readonly onRemove: (part: FilterPart) => void;
}

/** What the views are restricted to; each condition is a button that takes it away. Nothing without a filter. */
export function FilterBar({ filter, names, onRemove }: FilterBarProps) {
  const format = useFormatBytes();
  const chips = filterWords(filter, names, format);
  if (chips.length === 0) return null;
  return (
    <ul className="filter-bar" aria-label="Filter">
      {chips.map(({ part, text }) => (
        <li key={part}>
          <button type="button" className="filter-chip" title={text} onClick={() => onRemove(part)}>
            <span className="filter-chip-text">only {text}</span> <span aria-hidden="true">✕</span>
            <span className="visually-hidden">: remove this filter</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
