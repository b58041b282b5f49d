import { afterEach, expect, it } from 'vitest';
import { type Channel, connect, localApi, serve } from './connection.ts';
import type { Handlers, MethodName } from './contract.ts';
import { methods } from './contract.ts';
import { cancelled, LayerscopeError } from './errors.ts';

const open: MessagePort[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

/** Both ends of a real MessageChannel, as between window and engine. */
function channels(): { readonly client: Channel; readonly server: Channel; readonly raw: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  return { client: portChannel(port1), server: portChannel(port2), raw: port1 };
}

function portChannel(port: MessagePort): Channel {
  return {
    send: (message) => port.postMessage(message),
    onMessage(listener) {
      port.addEventListener('message', ({ data }) => listener(data));
      port.start();
    },
    onClose: (listener) => port.addEventListener('close', () => listener()),
  };
}

/** Handlers that know the given methods; every other one refuses. */
function handlersWith(known: Partial<Handlers>): Handlers {
  const unknown = async (): Promise<never> => {
    throw new LayerscopeError({ code: 'not-found', message: 'Not in this test', hint: 'Nothing' });
  };
  const names = Object.keys(methods) as MethodName[];
  return Object.fromEntries(names.map((name) => [name, known[name] ?? unknown])) as unknown as Handlers;
}

const image = { id: 'sha256:1', created: 0, size: 1, built: false };

it('carries input, events in order, and the result', async () => {
  const { client, server } = channels();
  serve(
    server,
    handlersWith({
      'engine.pull': async ({ reference, platform }, { emit }) => {
        for (const done of [1, 2, 3]) emit({ done, layers: 3, bytes: 10 * done, status: `${platform}` });
        return { reference };
      },
    }),
  );
  const events: number[] = [];
  const result = await connect(client).call(
    'engine.pull',
    { reference: 'debian:bookworm', platform: 'linux/arm64' },
    { onEvent: ({ bytes }) => events.push(bytes) },
  );
  expect(result).toEqual({ reference: 'debian:bookworm' });
  expect(events).toEqual([10, 20, 30]);
});

it('keeps calls that run at the same time apart', async () => {
  const { client, server } = channels();
  const waits = new Map<string, PromiseWithResolvers<void>>();
  for (const name of ['a', 'b']) waits.set(name, Promise.withResolvers());
  serve(
    server,
    handlersWith({
      'engine.pull': async ({ reference }) => {
        await waits.get(reference)?.promise;
        return { reference };
      },
    }),
  );
  const api = connect(client);
  const [a, b] = [api.call('engine.pull', { reference: 'a' }), api.call('engine.pull', { reference: 'b' })];
  waits.get('b')?.resolve();
  expect(await b).toEqual({ reference: 'b' });
  waits.get('a')?.resolve();
  expect(await a).toEqual({ reference: 'a' });
});

it('carries an error with everything it says', async () => {
  const info = {
    code: 'image-ambiguous',
    message: 'It holds two images',
    hint: 'Choose one with --image',
    candidates: ['a:1', 'b:2'],
  } as const;
  const { client, server } = channels();
  serve(
    server,
    handlersWith({
      'engine.images': async () => {
        throw new LayerscopeError({ ...info, candidates: [...info.candidates] });
      },
    }),
  );
  const error: unknown = await connect(client)
    .call('engine.images', {})
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LayerscopeError);
  expect((error as LayerscopeError).info).toEqual(info);
});

it('turns what is no LayerscopeError into `internal`', async () => {
  const { client, server } = channels();
  serve(
    server,
    handlersWith({
      'engine.images': async () => {
        throw new TypeError('x is not a function');
      },
    }),
  );
  await expect(connect(client).call('engine.images', {})).rejects.toMatchObject({
    info: { code: 'internal', message: expect.stringContaining('x is not a function') },
  });
});

it('aborts: the caller is free at once, and the handler is told', async () => {
  const { client, server } = channels();
  const told = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  serve(
    server,
    handlersWith({
      'engine.images': (_input, { signal }) => {
        signal.addEventListener('abort', () => told.resolve());
        started.resolve();
        return new Promise(() => {}); // One that never listens.
      },
    }),
  );
  const controller = new AbortController();
  const call = connect(client).call('engine.images', {}, { signal: controller.signal });
  await started.promise;
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  await told.promise;
});

it('does not even send a call that is aborted already', async () => {
  const { client, server } = channels();
  let called = false;
  serve(
    server,
    handlersWith({
      'engine.images': async () => {
        called = true;
        return { images: [] };
      },
      'app.info': async () => ({ version: '1', home: '/', cwd: '/' }),
    }),
  );
  const api = connect(client);
  await expect(api.call('engine.images', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'cancelled',
  });
  await api.call('app.info', {}); // Comes after it, so it would have arrived.
  expect(called).toBe(false);
});

it('sends no event after the abort', async () => {
  const { client, server } = channels();
  const aborted = Promise.withResolvers<void>();
  serve(
    server,
    handlersWith({
      'engine.pull': async ({ reference }, { signal, emit }) => {
        emit({ done: 0, layers: 1, bytes: 1, status: 'first' });
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        emit({ done: 1, layers: 1, bytes: 2, status: 'late' });
        aborted.resolve();
        return { reference };
      },
      'app.info': async () => ({ version: '1', home: '/', cwd: '/' }),
    }),
  );
  const api = connect(client);
  const controller = new AbortController();
  const seen: string[] = [];
  const call = api.call(
    'engine.pull',
    { reference: 'a' },
    {
      signal: controller.signal,
      onEvent: ({ status }) => {
        seen.push(status);
        controller.abort();
      },
    },
  );
  await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  await aborted.promise;
  await api.call('app.info', {});
  expect(seen).toEqual(['first']);
});

it('fails running and later calls when the connection closes, and aborts their handlers', async () => {
  const { client, server, raw } = channels();
  const told = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  serve(
    server,
    handlersWith({
      'engine.images': (_input, { signal }) => {
        signal.addEventListener('abort', () => told.resolve());
        started.resolve();
        return new Promise(() => {});
      },
    }),
  );
  const api = connect(client);
  const running = api.call('engine.images', {});
  await started.promise;
  raw.close();
  await expect(running).rejects.toMatchObject({ code: 'connection-lost' });
  await told.promise;
  await expect(api.call('engine.images', {})).rejects.toMatchObject({ code: 'connection-lost' });
});

it.each(['no.such.method', '__proto__', 'constructor', 'toString'])(
  'answers `invalid-input` for the method %s',
  async (name) => {
    const { client, server } = channels();
    serve(server, handlersWith({}));
    await expect(connect(client).call(name as MethodName, {} as never)).rejects.toMatchObject({
      code: 'invalid-input',
    });
  },
);

it('validates input before the handler sees it, here and at the other end', async () => {
  let called = false;
  const handlers = handlersWith({
    'engine.pull': async ({ reference }) => {
      called = true;
      return { reference };
    },
  });
  const { client, server } = channels();
  serve(server, handlers);
  const wrong = { reference: 7 } as never;
  await expect(connect(client).call('engine.pull', wrong)).rejects.toMatchObject({ code: 'invalid-input' });
  await expect(localApi(handlers).call('engine.pull', wrong)).rejects.toMatchObject({
    code: 'invalid-input',
  });
  expect(called).toBe(false);
});

it('hands the handler what the contract makes of the input: defaults in, unknown keys out', async () => {
  const seen: unknown[] = [];
  const handlers = handlersWith({
    'build.start': async ({ settings }) => {
      seen.push(settings);
      return { build: '1' };
    },
  });
  await localApi(handlers).call('build.start', {
    folder: '/x',
    variants: [],
    settings: { extra: 'not ours' } as never,
  });
  expect(seen).toEqual([{ buildArgs: {}, noCache: false, pull: false }]);
});

it('passes over messages that are none of the protocol', async () => {
  const { client, server, raw } = channels();
  serve(server, handlersWith({ 'engine.images': async () => ({ images: [image] }) }));
  const junk = [null, 7, 'call', [], { type: 'call' }, { type: 'abort', id: 'x' }, { type: 'abort', id: 99 }];
  for (const message of junk) raw.postMessage(message);
  expect(await connect(client).call('engine.images', {})).toEqual({ images: [image] });
});

it('does not run a second call under an id that is in use', async () => {
  const { server, raw } = channels();
  const answers: unknown[] = [];
  const finish = Promise.withResolvers<void>();
  let calls = 0;
  serve(
    server,
    handlersWith({
      'engine.images': async () => {
        calls += 1;
        await finish.promise;
        return { images: [] };
      },
    }),
  );
  const answered = new Promise<void>((resolve) => {
    raw.addEventListener('message', ({ data }) => {
      answers.push(data);
      resolve();
    });
  });
  raw.start();
  for (let i = 0; i < 2; i++) raw.postMessage({ type: 'call', id: 1, method: 'engine.images', input: {} });
  // A third, under its own id, is answered with an error: by then the second has been seen.
  raw.postMessage({ type: 'call', id: 2, method: 'none', input: {} });
  await answered;
  expect(calls).toBe(1);
  expect(answers).toEqual([expect.objectContaining({ type: 'error', id: 2 })]);
  finish.resolve();
});

const badResult = { images: [{ ...image, size: 'large' }] } as never;

it.each(['server', 'client'] as const)(
  'strict at the %s refuses a result outside the contract',
  async (end) => {
    const { client, server } = channels();
    serve(server, handlersWith({ 'engine.images': async () => badResult }), { strict: end === 'server' });
    await expect(
      connect(client, { strict: end === 'client' }).call('engine.images', {}),
    ).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('engine.images') });
  },
);

it('strict refuses an event outside the contract', async () => {
  const handlers = handlersWith({
    'engine.pull': async ({ reference }, { emit }) => {
      emit({ done: 'one' } as never);
      return { reference };
    },
  });
  const call = (strict: boolean) =>
    localApi(handlers, { strict }).call('engine.pull', { reference: 'a' }, { onEvent: () => {} });
  await expect(call(true)).rejects.toMatchObject({ code: 'internal' });
  await expect(call(false)).resolves.toEqual({ reference: 'a' });
});

it('strict at the client ends the call whose event is outside the contract', async () => {
  const { client, server } = channels();
  serve(
    server,
    handlersWith({
      'engine.pull': async ({ reference }, { emit }) => {
        emit({ done: 'one' } as never);
        return { reference };
      },
    }),
  );
  const events: unknown[] = [];
  const call = connect(client, { strict: true }).call(
    'engine.pull',
    { reference: 'a' },
    { onEvent: (event) => events.push(event) },
  );
  await expect(call).rejects.toMatchObject({ code: 'internal' });
  expect(events).toEqual([]);
});

it('an abort in process reaches the handler', async () => {
  const handlers = handlersWith({
    'engine.images': (_input, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(cancelled()))),
  });
  const controller = new AbortController();
  const call = localApi(handlers).call('engine.images', {}, { signal: controller.signal });
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: 'cancelled' });
});
