import { formatDuration } from '../../shared/model/format-bytes.ts';
import type { WatchSnapshot } from '../../shared/model/watch.ts';
import { visibleText } from '../charts/visible-text.ts';

export interface WatchWords {
  readonly kind: 'building' | 'watching' | 'failed';
  /** `Watching`, then `updated 3 s ago`, `main.go`, `took 0.4 s`. */
  readonly parts: readonly string[];
}

export interface WatchMoment {
  /** Whether it has been building for so long that a person should be told. */
  readonly building: boolean;
  /** Whether something is to be read that went wrong. */
  readonly failed: boolean;
  /** Whether pictures of before the error are on screen. */
  readonly older: boolean;
  /** ms since the epoch. */
  readonly now: number;
}

/** What a watch is doing, in a line. */
export function watchWords(
  snapshot: WatchSnapshot,
  { building, failed, older, now }: WatchMoment,
): WatchWords {
  const { changed, ended } = snapshot;
  const what = changed && changedPaths(changed);
  if (building || !ended) {
    const time = changed ? now - changed.at : 0;
    // Tenths that run tell nobody anything.
    const elapsed = time < 1000 ? [] : [`${Math.floor(time / 1000)} s`];
    return { kind: 'building', parts: [what === undefined ? 'Building…' : `Building… ${what}`, ...elapsed] };
  }
  const cause = what === undefined ? [] : [what];
  if (failed || ended.state === 'failed') {
    return {
      kind: 'failed',
      parts: [
        'The last build failed',
        // What cannot even be begun has no end.
        ago(now - Math.max(ended.at, changed?.at ?? 0)),
        ...cause,
        ...(older ? ['what is shown is from before the error'] : []),
      ],
    };
  }
  if (ended.state === 'cancelled') {
    return {
      kind: 'watching',
      parts: ['The last build was cancelled', ago(now - ended.at), ...cause],
    };
  }
  return {
    kind: 'watching',
    parts: [
      'Watching',
      `updated ${ago(now - ended.at)}`,
      ...cause,
      `took ${formatDuration(ended.durationMs)}`,
    ],
  };
}

/** `main.go`, `main.go and 2 more`. */
function changedPaths({ paths, total }: NonNullable<WatchSnapshot['changed']>): string | undefined {
  const [first] = paths;
  if (first === undefined) return undefined;
  return total > 1 ? `${visibleText(first)} and ${total - 1} more` : visibleText(first);
}

/** How long ago, short: it stands in a line that is seen all day. */
function ago(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 2) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} h ago`;
}
