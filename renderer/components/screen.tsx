import type { ReactNode } from 'react';
import { WatchBar, type WatchBarProps } from '../watch/watch-bar.tsx';
import { WatchSwitch, type WatchSwitchProps } from '../watch/watch-switch.tsx';
import './screen.css';
import { StatusLine } from './status-line.tsx';
import { type Crumb, Toolbar } from './toolbar.tsx';

export type ScreenWatch = WatchBarProps & WatchSwitchProps;

export interface ScreenProps {
  /** Below Layerscope itself. */
  readonly crumbs: readonly Crumb[];
  readonly actions?: ReactNode;
  /** Of a project: it can be kept comparing. */
  readonly watch?: ScreenWatch;
  /** For the status line: sums and that they agree. */
  readonly status?: ReactNode;
  /** `fill`: the content takes the height there is and scrolls inside itself. */
  readonly layout?: 'scroll' | 'fill';
  readonly children: ReactNode;
}

/** The frame of every screen: toolbar, content, status line. */
export function Screen({ crumbs, actions, watch, status, layout = 'scroll', children }: ScreenProps) {
  return (
    <div className="screen">
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <Toolbar
        crumbs={crumbs}
        actions={
          <>
            {watch && <WatchSwitch {...watch} />}
            {actions}
          </>
        }
      />
      {watch && <WatchBar {...watch} />}
      <main id="content" className={`screen-content screen-${layout}`} tabIndex={-1}>
        {children}
      </main>
      <StatusLine>{status}</StatusLine>
    </div>
  );
}
