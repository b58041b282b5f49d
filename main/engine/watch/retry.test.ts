import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../shared/api/errors.ts';
import { worthAnotherTry } from './retry.ts';

const never = new AbortController().signal;
const delays = { shortest: 20, longest: 80, longestOfEngine: 160 };
const errorOf = (code: ErrorCode) => ({ code, message: '', hint: '' });

async function timed(code: ErrorCode, failures: number, connect = async () => {}): Promise<number> {
  const started = performance.now();
  await worthAnotherTry(errorOf(code), failures, connect, never, delays);
  return performance.now() - started;
}

describe('after an error', () => {
  it('the next attempt is made later each time, up to a limit', async () => {
    expect(await timed('folder-not-found', 1)).toBeGreaterThan(15);
    expect(await timed('folder-not-found', 2)).toBeGreaterThan(35);
    // Without a limit both would take centuries.
    expect(await timed('folder-not-found', 60)).toBeGreaterThan(75);
    expect(await timed('engine-lost', 60)).toBeGreaterThan(150);
  });

  it('of the engine it is made as soon as one answers', async () => {
    let asked = 0;
    const connect = async () => {
      if (++asked < 4) throw new Error('gone');
    };
    const took = await timed('engine-unreachable', 1, connect);
    expect(asked).toBe(4);
    expect(took).toBeGreaterThan(75);
  });

  it.each(['dockerfile-invalid', 'internal'] as const)(
    '%s none is made: only a change can help',
    async (code) => {
      const retried = timed(code, 1).then(() => 'retried');
      expect(await Promise.race([retried, sleep(200, 'waits')])).toBe('waits');
    },
  );

  it('none is made when somebody gives up', async () => {
    const controller = new AbortController();
    let asked = 0;
    const connect = async () => {
      asked++;
      throw new Error('gone');
    };
    const tried = worthAnotherTry(errorOf('engine-lost'), 1, connect, controller.signal, delays);
    await sleep(100);
    controller.abort();
    const before = asked;
    expect(before).toBeGreaterThan(0);
    expect(await Promise.race([tried.then(() => 'retried'), sleep(100, 'waits')])).toBe('waits');
    expect(asked).toBe(before);
  });
});
