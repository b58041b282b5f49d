import { useCallback, useEffect, useState } from 'react';
import type { EventOf, Input, MethodName, Result } from '../../shared/api/contract.ts';
import { type ErrorInfo, toErrorInfo } from '../../shared/api/errors.ts';
import { useApi, useConnection } from './host-context.tsx';

export interface Call<M extends MethodName> {
  /** The last answer; kept while the next one is on its way, see `stale`. */
  readonly value: Result<M> | undefined;
  /** Whether `value` answers an earlier input than the present one. */
  readonly stale: boolean;
  /** What `value` answers. */
  readonly answered: Input<M> | undefined;
  readonly error: ErrorInfo | undefined;
  readonly loading: boolean;
  /** The last progress of the call that is running. */
  readonly event: EventOf<M> | undefined;
  readonly refetch: () => void;
}

interface Answer<M extends MethodName> {
  readonly key: string;
  readonly value?: Result<M>;
  readonly error?: ErrorInfo;
  readonly event?: EventOf<M>;
  readonly loading: boolean;
}

/**
 * Calls the engine with this input, again when the input changes (by value) and after every reconnection, and aborts
 * what nobody waits for any more. Without an input it waits.
 */
export function useCall<M extends MethodName>(method: M, input: Input<M> | undefined): Call<M> {
  const api = useApi();
  const { state, generation } = useConnection();
  const [round, setRound] = useState(0);
  const key = input === undefined ? '' : JSON.stringify(input);
  const [answer, setAnswer] = useState<
    Answer<M> & { readonly valueKey?: string; readonly answered?: Input<M> }
  >({
    key,
    loading: key !== '',
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: generation and round are what asks again
  useEffect(() => {
    if (key === '' || state !== 'connected') return;
    const controller = new AbortController();
    const { signal } = controller;
    setAnswer((before) => ({ ...before, key, loading: true, event: undefined }));
    const asked = JSON.parse(key) as Input<M>;
    api
      .call(method, asked, {
        signal,
        onEvent: (event) => {
          if (!signal.aborted) setAnswer((before) => ({ ...before, event }));
        },
      })
      .then(
        (value) => {
          if (!signal.aborted) setAnswer({ key, value, valueKey: key, answered: asked, loading: false });
        },
        (thrown: unknown) => {
          if (signal.aborted) return;
          const error = toErrorInfo(thrown);
          // The banner tells that the connection is lost; the call is made again when it is back.
          if (error.code === 'connection-lost') return;
          setAnswer((before) => ({ ...before, key, error, loading: false, event: undefined }));
        },
      );
    return () => controller.abort();
  }, [api, method, key, state, generation, round]);

  const refetch = useCallback(() => setRound((before) => before + 1), []);
  const current = answer.key === key;
  return {
    value: answer.value,
    stale: answer.value !== undefined && answer.valueKey !== key,
    answered: answer.answered,
    error: current ? answer.error : undefined,
    loading: key !== '' && (!current || answer.loading),
    event: current ? answer.event : undefined,
    refetch,
  };
}
