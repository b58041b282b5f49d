import './breadcrumb.css';
import { visibleText } from './visible-text.ts';

export interface BreadcrumbProps {
  /** Absolute path of the directory shown. */
  readonly path: string;
  readonly onGo: (path: string) => void;
}

/** Every directory from the root down to the one shown. */
export function Breadcrumb({ path, onGo }: BreadcrumbProps) {
  const crumbs = pathCrumbs(path);
  return (
    <nav className="breadcrumb" aria-label="Directory shown">
      <ol>
        {crumbs.map((crumb, index) => (
          <li key={crumb.path}>
            {index === crumbs.length - 1 ? (
              <span aria-current="location">
                <bdi>{visibleText(crumb.name)}</bdi>
              </span>
            ) : (
              <button type="button" onClick={() => onGo(crumb.path)}>
                <bdi>{visibleText(crumb.name)}</bdi>
              </button>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** `/usr/lib` as `/`, `/usr`, `/usr/lib` with the name of each. */
export function pathCrumbs(path: string): readonly { readonly name: string; readonly path: string }[] {
  const crumbs = [{ name: '/', path: '/' }];
  let at = '';
  for (const name of path.split('/')) {
    if (name === '') continue;
    at += `/${name}`;
    crumbs.push({ name, path: at });
  }
  return crumbs;
}
