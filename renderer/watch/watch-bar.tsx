import { useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'react-router';
import type { ErrorInfo } from '../../shared/api/errors.ts';
import type { VariantDocument } from '../../shared/model/project-document.ts';
import type { WatchSnapshot } from '../../shared/model/watch.ts';
import { buildAddress } from '../addresses.ts';
import { visibleText } from '../charts/visible-text.ts';
import { ErrorPanel } from '../components/error-panel.tsx';
import { useAnnounce } from '../data/announcer.tsx';
import { useLasting } from '../data/use-lasting.ts';
import { useNow } from '../data/use-now.ts';
import { isOlder } from './keep-images.ts';
import './watch-bar.css';
import { useWatch } from './watch-provider.tsx';
import { type WatchWords, watchWords } from './watch-words.ts';

export interface WatchBarProps {
  readonly folder: string;
  /** What variants of the last build failed with. */
  readonly failures?: readonly ErrorInfo[];
  /** Whether the screen itself shows what went wrong. */
  readonly quiet?: boolean;
  /** The variants of which images are on screen. */
  readonly shown?: readonly Pick<VariantDocument, 'image' | 'build'>[];
  /** Whether a build has ended whose result is not on screen yet. */
  readonly updating?: boolean;
}

/** A build that is over before this, ms, is not told of by a sign that turns. */
const shortBuild = 150;

const none: readonly never[] = [];

/** Below the toolbar while a folder is kept comparing: what goes on, and what went wrong. */
export function WatchBar({
  folder,
  failures = none,
  quiet = false,
  shown = none,
  updating = false,
}: WatchBarProps) {
  const { snapshot, error } = useWatch();
  // What variants failed with before is of no use where nothing can be built any more.
  const ofBuild = snapshot?.error ? [snapshot.error] : snapshot ? failures : none;
  const errors = distinct([...(error ? [error] : []), ...(quiet ? none : ofBuild)]);
  if (!snapshot && errors.length === 0) return null;
  return (
    <section className="watch" aria-label="Keep comparing">
      {snapshot && (
        <WatchLine
          folder={folder}
          snapshot={snapshot}
          failure={ofBuild.length > 0 ? distinct(ofBuild).map(keyOf).join() : undefined}
          // Where nothing could be built at all, every image is of before.
          older={shown.some((variant) => variant.image && (snapshot.error !== undefined || isOlder(variant)))}
          updating={updating}
        />
      )}
      {errors.length > 0 && (
        <div className="watch-errors">
          {errors.map((each) => (
            <ErrorPanel key={keyOf(each)} error={each} />
          ))}
        </div>
      )}
    </section>
  );
}

/** Two variants of a Dockerfile fail with the same step. */
function distinct(errors: readonly ErrorInfo[]): readonly ErrorInfo[] {
  return [...new Map(errors.map((error) => [keyOf(error), error])).values()];
}

function keyOf({ code, dockerfile, line, message }: ErrorInfo): string {
  return JSON.stringify([code, dockerfile, line, message]);
}

const signs: Record<WatchWords['kind'], string> = { building: '◐', watching: '●', failed: '✗' };

interface WatchLineProps {
  readonly folder: string;
  readonly snapshot: WatchSnapshot;
  /** Names what went wrong; undefined where nothing did. */
  readonly failure: string | undefined;
  readonly older: boolean;
  readonly updating: boolean;
}

function WatchLine({ folder, snapshot, failure, older, updating }: WatchLineProps) {
  const working = snapshot.state === 'building' || updating;
  const building = useLasting(working, shortBuild);
  const [calm, setCalm] = useState<WatchSnapshot>();
  useEffect(() => {
    if (!working) setCalm(snapshot);
  }, [working, snapshot]);
  // What was told last stays until it is worth telling that it builds.
  const told = working && !building ? (calm ?? snapshot) : snapshot;
  const now = Math.max(useNow(true, 1000), told.ended?.at ?? 0);
  const { kind, parts } = watchWords(told, { building, failed: failure !== undefined, older, now });

  // Of what is soon over, or went well, there is nothing to look at; what could not begin has no steps.
  const isLong = kind === 'building' && parts.length > 1;
  const elsewhere = useLocation().pathname !== '/build';
  const hasSteps = elsewhere && !snapshot.error && (isLong || kind === 'failed');
  useSayEnd(snapshot, working, failure);

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
      {snapshot.warning && (
        <span className="watch-warning" title={visibleText(snapshot.warning.message)}>
          {visibleText(snapshot.warning.message)}
        </span>
      )}
      {snapshot.build !== undefined && hasSteps && (
        <Link className="watch-steps" to={buildAddress(folder, snapshot.build)}>
          Steps
        </Link>
      )}
    </p>
  );
}

/** Reads aloud how a build ended as soon as what it came to is on screen. */
function useSayEnd(snapshot: WatchSnapshot, working: boolean, failure: string | undefined): void {
  const announce = useAnnounce();
  const { at, state } = snapshot.ended ?? {};
  const cause = snapshot.changed?.paths[0];
  const said = useRef({ at, failure });
  useEffect(() => {
    if (at === undefined || working) return;
    const before = said.current;
    said.current = { at, failure };
    if (at === before.at) return;
    const after = cause === undefined ? '' : ` after ${visibleText(cause)}`;
    if (failure !== undefined) {
      // An error is an alert by itself, when it appears.
      if (failure === before.failure) announce(`The build failed again${after}`);
    } else if (state === 'done') {
      announce(after ? `Built again${after}` : 'Built');
    }
  }, [at, state, working, failure, cause, announce]);
}
