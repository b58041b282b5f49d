import { type ReactNode, useEffect } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { IconButton } from './button.tsx';
import './toolbar.css';

export interface Crumb {
  readonly label: string;
  /** Address; the last crumb has none. */
  readonly to?: string;
  /** Said before it instead of a slash: `vs`. */
  readonly before?: string;
}

interface ToolbarProps {
  readonly crumbs: readonly Crumb[];
  /** At the right end; at most one is the main action. */
  readonly actions?: ReactNode;
}

/** Back, forward, where we are, and the view's main action. */
export function Toolbar({ crumbs, actions }: ToolbarProps) {
  const navigate = useNavigate();
  useLocation(); // Drawn again after every move, for the two buttons.
  const title = crumbs.map((crumb) => crumb.label).join(' / ');
  useEffect(() => {
    document.title = title ? `${title} – Layerscope` : 'Layerscope';
  }, [title]);

  // Where the browser cannot tell, both stay enabled and do nothing at the end of the history.
  const history = 'navigation' in window ? window.navigation : undefined;
  return (
    <header className="toolbar">
      <IconButton
        icon="back"
        label="Back (Alt+Left)"
        disabled={history?.canGoBack === false}
        onClick={() => navigate(-1)}
      />
      <IconButton
        icon="forward"
        label="Forward (Alt+Right)"
        disabled={history?.canGoForward === false}
        onClick={() => navigate(1)}
      />
      <nav aria-label="Where you are" className="toolbar-crumbs">
        <ol>
          <li>
            <Link className="toolbar-home" to="/" aria-current={crumbs.length === 0 ? 'page' : undefined}>
              Layerscope
            </Link>
          </li>
          {crumbs.map((crumb) => (
            <li key={`${crumb.before ?? ''}/${crumb.label}`}>
              <span className="toolbar-before" aria-hidden={crumb.before ? undefined : 'true'}>
                {crumb.before ?? '/'}
              </span>
              {crumb.to ? (
                <Link to={crumb.to}>{crumb.label}</Link>
              ) : (
                <span aria-current={crumb === crumbs.at(-1) ? 'page' : undefined}>{crumb.label}</span>
              )}
            </li>
          ))}
        </ol>
      </nav>
      <div className="toolbar-actions">{actions}</div>
    </header>
  );
}
