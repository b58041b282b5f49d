import { useCallback, useEffect, useRef, useState } from 'react';
import type { EventOf, Input, MethodName, Result } from '../../shared/api/contract.ts';
import { type ErrorInfo, toErrorInfo } from '../../shared/api/errors.ts';
import { useApi } from './host-context.tsx';

export type LongCallState<M extends MethodName> =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly event: EventOf<M> | undefined }
  | { readonly state: 'done'; readonly result: Result<M> }
  | { readonly state: 'failed'; readonly error: ErrorInfo };

export type LongCall<M extends MethodName> = LongCallState<M> & {
  /** Starts it, aborting what still runs; resolves to the result, or undefined when it failed or was cancelled. */
  readonly start: (input: Input<M>) => Promise<Result<M> | undefined>;
  /** Aborts; back to idle. */
  readonly cancel: () => void;
};

/** A call that a person starts and may cancel; it is aborted when the view goes away. */
export function useLongCall<M extends MethodName>(method: M): LongCall<M> {
  const api = useApi();
  const [state, setState] = useState<LongCallState<M>>({ state: 'idle' });
  const running = useRef<AbortController>(undefined);

  useEffect(() => () => running.current?.abort(), []);

  const start = useCallback(
    async (input: Input<M>) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      const { signal } = controller;
      setState({ state: 'running', event: undefined });
      try {
        const result = await api.call(method, input, {
          signal,
          onEvent: (event) => {
            if (!signal.aborted) setState({ state: 'running', event });
          },
        });
        if (signal.aborted) return undefined;
        setState({ state: 'done', result });
        return result;
      } catch (thrown) {
        if (!signal.aborted) setState({ state: 'failed', error: toErrorInfo(thrown) });
        return undefined;
      }
    },
    [api, method],
  );

  const cancel = useCallback(() => {
    running.current?.abort();
    setState({ state: 'idle' });
  }, []);

  return { ...state, start, cancel };
}
