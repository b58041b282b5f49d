import { useEffect } from 'react';
import { Link } from 'react-router';
import type { ErrorInfo } from '../../shared/api/errors.ts';
import type { WatchSnapshot } from '../../shared/model/watch.ts';
import { buildAddress } from '../addresses.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { useAnnounce } from '../data/announcer.tsx';
import { useLasting } from '../data/use-lasting.ts';
import { useNow } from '../data/use-now.ts';
import './watch-bar.css';
import { useWatch } from './watch-provider.tsx';
import { type WatchWords, watchWords } from './watch-words.ts';

export interface WatchBarProps {
  readonly folder: string;
  /** What variants of the last build failed with; undefined where the screen itself shows what went wrong. */
  readonly failures?: readonly ErrorInfo[] | undefined;
}

/** A build that is over before this, ms, is not announced by a picture that moves. */
const shortBuild = 150;

/** Below the toolbar while a folder is kept comparing: what goes on, and what went wrong. */
export function WatchBar({ folder, failures }: WatchBarProps) {
  const { snapshot, error } = useWatch();
  const errors = [
    ...(error ? [error] : []),
    ...(snapshot?.error && failures ? [snapshot.error] : []),
    ...((snapshot && failures) ?? []),
  ];
  if (!snapshot && errors.length === 0) return null;
  return (
    <section className="watch" aria-label="Keep comparing">
      {snapshot && <WatchLine folder={folder} snapshot={snapshot} failed={errors.length > 0} />}
      {errors.length > 0 && (
        <div className="watch-errors">
          {errors.map((each) => (
            <ErrorPanel key={`${each.code} ${each.dockerfile} ${each.line} ${each.message}`} error={each} />
          ))}
        </div>
      )}
    </section>
  );
}

const signs: Record<WatchWords['kind'], string> = { building: '◐', watching: '●', failed: '✗' };

interface WatchLineProps {
  readonly folder: string;
  readonly snapshot: WatchSnapshot;
  readonly failed: boolean;
}

function WatchLine({ folder, snapshot, failed }: WatchLineProps) {
  const building = useLasting(snapshot.state === 'building', shortBuild);
  const now = useNow(true, 1000);
  const announce = useAnnounce();
  const { kind, parts } = watchWords(snapshot, {
    building,
    failed,
    now: Math.max(now, snapshot.ended?.at ?? 0),
  });
  const ended = snapshot.ended?.at;
  const spoken = snapshot.changed?.paths[0];
  useEffect(() => {
    if (ended !== undefined && !failed)
      announce(spoken === undefined ? 'Built' : `Built again after ${spoken}`);
  }, [ended, failed, spoken, announce]);
  return (
    <p className="watch-line" data-kind={kind}>
      <span className="watch-sign" aria-hidden="true">
        {signs[kind]}
      </span>
      <span className="watch-words">
        {parts.map((part) => (
          <span key={part}>
            <bdi>{part}</bdi>
          </span>
        ))}
      </span>
      {snapshot.build !== undefined && (
        <Link className="watch-steps" to={buildAddress(folder, snapshot.build)}>
          Steps
        </Link>
      )}
    </p>
  );
}
