import type { ReactNode } from 'react';
import { useEngineStatus } from '../data/engine-status.tsx';
import { useConnection } from '../data/host-context.tsx';
import { type ThemeChoice, useSettings } from '../data/settings.tsx';
import { Menu } from './menu.tsx';
import './status-line.css';

const themes: readonly (readonly [ThemeChoice, string])[] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** The engine's state, the view's own facts (the sums and that they agree), and how sizes are written. */
export function StatusLine({ children }: { readonly children?: ReactNode }) {
  const { byteBase, setByteBase, theme, setTheme } = useSettings();
  return (
    <footer className="status-line">
      <EngineState />
      {children && <div className="status-line-facts">{children}</div>}
      <div className="status-line-switches">
        <Menu
          trigger={
            <button type="button" className="status-line-button">
              Theme
            </button>
          }
          items={themes.map(([choice, label]) => ({
            label,
            checked: choice === theme,
            onSelect: () => setTheme(choice),
          }))}
        />
        <button
          type="button"
          className="status-line-button"
          title="Switch between powers of ten (MB, as docker images) and powers of two (MiB)"
          onClick={() => setByteBase(byteBase === 'ten' ? 'two' : 'ten')}
        >
          {byteBase === 'ten' ? 'powers of ten' : 'powers of two'}
        </button>
      </div>
    </footer>
  );
}

function EngineState() {
  const { value, loading } = useEngineStatus();
  const connection = useConnection();
  // What was known of the engine is of before.
  if (connection.state === 'lost') return <span className="status-line-engine">Not connected</span>;
  if (!value)
    return (
      <span className="status-line-engine">{loading ? 'Looking for the engine …' : 'Engine unknown'}</span>
    );
  if (value.state === 'unavailable') {
    return (
      <span className="status-line-engine" title={value.error.hint}>
        <span className="status-line-sign status-line-off" aria-hidden="true">
          ○
        </span>
        No Docker engine
      </span>
    );
  }
  return (
    <span
      className="status-line-engine"
      title={`${value.endpoint}, API ${value.apiVersion}, ${value.platform}`}
    >
      <span className="status-line-sign status-line-on" aria-hidden="true">
        ●
      </span>
      Docker {value.version}
    </span>
  );
}
