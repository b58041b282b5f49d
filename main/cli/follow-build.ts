import type { Api } from '../../shared/api/contract.ts';
import { cancelled, LayerscopeError } from '../../shared/api/errors.ts';
import { applyBuildEvent } from '../../shared/model/apply-build-event.ts';
import type { BuildSnapshot } from '../../shared/model/build.ts';

/** Shows the build until it has ended; throws what ended it early. Aborting only stops following. */
export async function followBuild(
  api: Api,
  build: string,
  show: (snapshot: BuildSnapshot) => void,
  signal: AbortSignal,
): Promise<void> {
  let snapshot: BuildSnapshot | undefined;
  const { state } = await api.call(
    'build.follow',
    { build },
    {
      signal,
      onEvent: (event) => {
        if (event.type === 'snapshot') snapshot = event.snapshot;
        else if (snapshot) snapshot = applyBuildEvent(snapshot, event);
        if (snapshot) show(snapshot);
      },
    },
  );
  if (signal.aborted || state === 'cancelled') throw cancelled();
  if (snapshot?.error) throw new LayerscopeError(snapshot.error);
}
