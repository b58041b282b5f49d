import type { WatchSnapshot } from '../../shared/model/watch.ts';
import { buildProgress } from './build-progress.ts';
import type { BuildTask } from './build-task.ts';
import { followBuild } from './follow-build.ts';
import { liveStatus } from './live-status.ts';
import { type Packing, packingText } from './load-built.ts';
import { plural } from './report-text.ts';

/** What a watch is doing, on the last line of a terminal. */
export interface WatchStatus {
  see(snapshot: WatchSnapshot): void;
  /** What is packed since then, ms since the epoch; undefined when that is over. */
  pack(packing: { readonly last?: Packing; readonly since: number } | undefined): void;
  /** Out of the way of what is printed, and there again after it. */
  print(printing: () => void): void;
  end(): void;
}

export function watchStatus({ api, request, context, progress }: BuildTask): WatchStatus {
  const idle = `Watching ${plural(request.variants.length, 'variant')}, Ctrl+C to end`;
  let build: string | undefined;
  let building: (() => string) | undefined;
  let packing: Parameters<WatchStatus['pack']>[0];
  const line = liveStatus(progress, () => {
    if (building) return building();
    return packing ? packingText(packing.last, Date.now() - packing.since) : idle;
  });

  /** How it ends is for the watch to tell. */
  function follow(id: string): void {
    build = id;
    building = () => 'Building';
    const show: Parameters<typeof followBuild>[2] = (snapshot) => {
      if (build !== id) return;
      building = () => buildProgress(snapshot, Date.now());
      line.show();
    };
    followBuild(api, id, show, context.signal).catch(() => undefined);
  }

  return {
    see(snapshot) {
      if (snapshot.state !== 'building') {
        build = undefined;
        building = undefined;
      } else if (snapshot.build !== undefined && snapshot.build !== build) {
        follow(snapshot.build);
      }
      line.show();
    },
    pack(next) {
      packing = next;
      line.show();
    },
    print(printing) {
      progress.clear();
      printing();
      line.show();
    },
    end: line.end,
  };
}
