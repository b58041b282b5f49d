import { expect, it } from 'vitest';
import { sharedWork } from './shared-work.ts';

function work() {
  const share = sharedWork<number>();
  const started: { readonly signal: AbortSignal; readonly end: PromiseWithResolvers<number> }[] = [];
  const ask = (signal?: AbortSignal) =>
    share('key', signal, (own) => {
      const end = Promise.withResolvers<number>();
      started.push({ signal: own, end });
      return end.promise;
    });
  return { ask, started };
}

it('is done once for all who wait, and anew for who comes later', async () => {
  const { ask, started } = work();
  const both = [ask(), ask()];
  started[0]!.end.resolve(7);
  expect(await Promise.all(both)).toEqual([7, 7]);
  const later = ask();
  expect(started).toHaveLength(2);
  started[1]!.end.resolve(8);
  expect(await later).toBe(8);
});

it('goes on while somebody waits, and stops with the last one', async () => {
  const { ask, started } = work();
  const [first, second] = [new AbortController(), new AbortController()];
  const calls = [ask(first.signal), ask(second.signal)];
  first.abort();
  await expect(calls[0]).rejects.toMatchObject({ code: 'cancelled' });
  expect(started[0]!.signal.aborted).toBe(false);
  second.abort();
  await expect(calls[1]).rejects.toMatchObject({ code: 'cancelled' });
  expect(started[0]!.signal.aborted).toBe(true);
  started[0]!.end.reject(new Error('stopped'));
});

it('is not what was cancelled for who comes after', async () => {
  const { ask, started } = work();
  const controller = new AbortController();
  const given = ask(controller.signal);
  controller.abort();
  await expect(given).rejects.toMatchObject({ code: 'cancelled' });
  const next = ask();
  started[1]!.end.resolve(9);
  expect(await next).toBe(9);
  started[0]!.end.resolve(1);
});
