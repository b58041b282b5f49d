import { cancelled } from '../../../shared/api/errors.ts';

/** The source's chunks until the signal is aborted; then `cancelled` at once, also while the source is silent. */
export async function* abortable(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (!signal) {
    yield* source;
    return;
  }
  const iterator = source[Symbol.asyncIterator]();
  let finished = false;
  let abort = () => {};
  const onAbort = () => abort();
  signal.addEventListener('abort', onAbort, { once: true });
  // One promise a chunk: racing against one for the whole stream would keep every chunk alive.
  const next = () =>
    new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
      abort = () => reject(cancelled());
      if (signal.aborted) abort();
      else iterator.next().then(resolve, reject);
    });
  try {
    for (;;) {
      const result = await next();
      if (result.done) {
        finished = true;
        return;
      }
      yield result.value;
    }
  } catch (error) {
    throw signal.aborted ? cancelled() : error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a silent source may never answer.
    if (!finished) iterator.return?.()?.catch(() => {});
  }
}
