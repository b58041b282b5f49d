import { type ErrorInfo, toErrorInfo } from '../../shared/api/errors.ts';
import type { ProjectDocument } from '../../shared/model/project-document.ts';
import type { BuildTask } from './build-task.ts';
import { loadBuilt } from './load-built.ts';
import { reportError } from './report-failures.ts';
import type { WatchReport } from './watch-report.ts';
import type { WatchStatus } from './watch-status.ts';

/** Makes the images of a watch's builds in the engine, while the watch goes on. */
export interface WatchLoader {
  load(document: ProjectDocument): void;
  /** What is being made is no longer what there will be. */
  giveUp(): void;
}

export function watchLoader(task: BuildTask, status: WatchStatus, report: WatchReport): WatchLoader {
  let current: AbortController | undefined;

  async function run(document: ProjectDocument, controller: AbortController): Promise<void> {
    const since = Date.now();
    const isCurrent = () => current === controller;
    let loaded: ProjectDocument | undefined;
    let problem: ErrorInfo | undefined;
    status.pack({ since });
    try {
      loaded = await loadBuilt(
        task,
        document,
        (last) => isCurrent() && status.pack({ last, since }),
        controller.signal,
      );
    } catch (error) {
      if (!controller.signal.aborted && !task.context.signal.aborted) problem = toErrorInfo(error);
    }
    const tookMs = loaded && Date.now() - since;
    if (isCurrent()) status.pack(undefined);
    status.print(() => {
      report.loaded(loaded ?? document, tookMs);
      if (problem) reportError(problem, task.context);
    });
  }

  const giveUp = () => {
    current?.abort();
    current = undefined;
  };

  return {
    giveUp,
    load(document) {
      giveUp();
      current = new AbortController();
      void run(document, current);
    },
  };
}
