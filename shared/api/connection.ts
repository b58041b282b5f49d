import { z } from 'zod';
import type { Api, CallOptions, EventOf, Handler, Handlers, Input, MethodName, Result } from './contract.ts';
import { methods } from './contract.ts';
import { cancelled, ErrorInfo, LayerscopeError, toErrorInfo } from './errors.ts';

/** A two-way stream of structured messages: a WebSocket, a MessagePort. Messages are plain JSON data. */
export interface Channel {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
}

const Request = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.number(), method: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('abort'), id: z.number() }),
]);

const Response = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), id: z.number(), event: z.unknown() }),
  z.object({ type: z.literal('result'), id: z.number(), result: z.unknown() }),
  z.object({ type: z.literal('error'), id: z.number(), error: ErrorInfo }),
]);

export interface ConnectionOptions {
  /** Also validate results and events (tests do): inputs always are. */
  readonly strict?: boolean;
}

/** Calls handlers with validated input; the same checks whether the caller is in this process or another. */
export function callHandler<M extends MethodName>(
  handlers: Handlers,
  method: M,
  input: unknown,
  options: CallOptions<M> & ConnectionOptions,
): Promise<Result<M>> {
  const contract = methods[method];
  const parsed = contract.input.safeParse(input);
  if (!parsed.success) {
    throw new LayerscopeError({
      code: 'invalid-input',
      message: `${method} was called with input it does not take: ${z.prettifyError(parsed.error)}`,
      hint: 'Check the values; if the app sent them, please report it',
    });
  }
  const signal = options.signal ?? new AbortController().signal;
  const emit = (event: EventOf<M>) => {
    if (!signal.aborted) options.onEvent?.(checked(contract.event, event, method, options));
  };
  const handler = handlers[method] as Handler<M>;
  return handler(parsed.data as never, { signal, emit }).then((result) =>
    checked(contract.result as z.ZodType<Result<M>>, result, method, options),
  );
}

function checked<T>(schema: z.ZodType, value: T, method: string, options: ConnectionOptions): T {
  if (!options.strict) return value;
  const parsed = schema.safeParse(value);
  if (parsed.success) return value;
  throw new LayerscopeError({
    code: 'internal',
    message: `${method} answered what its contract does not allow: ${z.prettifyError(parsed.error)}`,
    hint: 'Please report this with what you did before it',
  });
}

/** The engine in this very process: the same validation, no messages. */
export function localApi(handlers: Handlers, options: ConnectionOptions = {}): Api {
  return {
    call: async (method, input, callOptions) =>
      callHandler(handlers, method, input, { ...options, ...callOptions }),
  };
}

/** Serves the handlers to whoever is at the other end of the channel; its calls are aborted when it closes. */
export function serve(channel: Channel, handlers: Handlers, options: ConnectionOptions = {}): void {
  const running = new Map<number, AbortController>();
  channel.onMessage((message) => {
    const request = Request.safeParse(message);
    if (!request.success) return; // Not ours to answer: without an id there is nobody to tell.
    const { id } = request.data;
    if (request.data.type === 'abort') {
      running.get(id)?.abort();
      return;
    }
    const { method, input } = request.data;
    if (running.has(id)) return;
    const controller = new AbortController();
    running.set(id, controller);
    respond(method, input, controller.signal, (event) => channel.send({ type: 'event', id, event }), options)
      .then(
        (result) => channel.send({ type: 'result', id, result }),
        (error) => channel.send({ type: 'error', id, error: toErrorInfo(error) }),
      )
      .finally(() => running.delete(id));
  });
  channel.onClose(() => {
    for (const controller of running.values()) controller.abort();
  });

  async function respond(
    method: string,
    input: unknown,
    signal: AbortSignal,
    onEvent: (event: unknown) => void,
    connection: ConnectionOptions,
  ): Promise<unknown> {
    if (!Object.hasOwn(methods, method)) {
      throw new LayerscopeError({
        code: 'invalid-input',
        message: `There is no method ${JSON.stringify(method)}`,
        hint: 'Reload the window: it may be older than the engine',
      });
    }
    return callHandler(handlers, method as MethodName, input, { ...connection, signal, onEvent });
  }
}

/** The engine at the other end of a channel. Calls that are running when it closes fail with `connection-lost`. */
export function connect(channel: Channel, options: ConnectionOptions = {}): Api {
  interface Pending {
    readonly method: MethodName;
    readonly resolve: (result: never) => void;
    readonly reject: (error: unknown) => void;
    readonly onEvent?: (event: never) => void;
  }
  const pending = new Map<number, Pending>();
  let nextId = 1;
  let closed = false;

  channel.onMessage((message) => {
    const parsed = Response.safeParse(message);
    if (!parsed.success) return;
    const response = parsed.data;
    const call = pending.get(response.id);
    if (!call) return;
    if (response.type === 'event') {
      try {
        call.onEvent?.(checked(methods[call.method].event, response.event, call.method, options) as never);
      } catch (error) {
        pending.delete(response.id);
        channel.send({ type: 'abort', id: response.id });
        call.reject(error);
      }
      return;
    }
    pending.delete(response.id);
    if (response.type === 'error') {
      call.reject(new LayerscopeError(response.error));
      return;
    }
    try {
      call.resolve(checked(methods[call.method].result, response.result, call.method, options) as never);
    } catch (error) {
      call.reject(error);
    }
  });

  channel.onClose(() => {
    closed = true;
    for (const call of pending.values()) call.reject(connectionLost());
    pending.clear();
  });

  function call<M extends MethodName>(
    method: M,
    input: Input<M>,
    { signal, onEvent }: CallOptions<M> = {},
  ): Promise<Result<M>> {
    return new Promise((resolve, reject) => {
      if (closed) return reject(connectionLost());
      if (signal?.aborted) return reject(cancelled());
      const id = nextId++;
      const abort = () => {
        // Answered here at once: the engine may take a moment to stop, and nobody waits for what it says.
        if (!pending.delete(id)) return;
        if (!closed) channel.send({ type: 'abort', id });
        reject(cancelled());
      };
      signal?.addEventListener('abort', abort, { once: true });
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener('abort', abort);
          settle(value);
        };
      pending.set(id, { method, resolve: settled(resolve), reject: settled(reject), onEvent });
      channel.send({ type: 'call', id, method, input });
    });
  }

  return { call };
}

function connectionLost(): LayerscopeError {
  return new LayerscopeError({
    code: 'connection-lost',
    message: 'The connection to the Layerscope engine was lost',
    hint: 'It reconnects by itself when the engine is back; if it does not, start Layerscope again',
  });
}
