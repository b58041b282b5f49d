import type { ReactNode } from 'react';
import { Breadcrumb } from './breadcrumb.tsx';
import './files-bar.css';

export interface FilesBarProps {
  readonly path: string;
  readonly onGo: (path: string) => void;
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly searchHint: string;
  /** What the search does, for those who do not see it. */
  readonly searchLabel: string;
  /** Other switches of the view. */
  readonly children?: ReactNode;
}

/** Above files: where they are, and what to find among them. */
export function FilesBar({ path, onGo, search, onSearch, searchHint, searchLabel, children }: FilesBarProps) {
  return (
    <div className="files-bar">
      <Breadcrumb path={path} onGo={onGo} />
      {children}
      <input
        type="search"
        className="files-bar-search"
        placeholder={searchHint}
        aria-label={searchLabel}
        maxLength={1000}
        value={search}
        onChange={(event) => onSearch(event.target.value)}
      />
    </div>
  );
}
