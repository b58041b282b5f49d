import { Readable } from 'node:stream';

/**
 * A source's chunks as they come. Iterating over a stream itself hands out all that has gathered meanwhile as one, copied
 * together: a third of the time that reading an engine's stream took.
 */
export function chunksOf(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return source instanceof Readable ? flowing(source) : source;
}

async function* flowing(stream: Readable): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks: Uint8Array[] = [];
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  let wake = () => {};
  const onData = (chunk: Uint8Array) => {
    chunks.push(chunk);
    stream.pause();
    wake();
  };
  const onEnd = () => {
    ended = true;
    wake();
  };
  const onError = (error: unknown) => {
    failure ??= { error };
    wake();
  };
  const onClose = () => {
    if (!ended) onError(prematureClose());
  };
  stream.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  try {
    for (;;) {
      for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) yield chunk;
      if (failure) throw failure.error;
      if (ended) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        stream.resume();
      });
    }
  } finally {
    stream.off('data', onData).off('end', onEnd).off('close', onClose);
    stream.destroy();
  }
}

function prematureClose(): Error {
  return Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
}
