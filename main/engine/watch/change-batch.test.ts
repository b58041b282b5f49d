import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { changeBatch } from './change-batch.ts';

const never = new AbortController().signal;

describe('changes', () => {
  it('are taken together when nothing has changed for a moment, each once', async () => {
    const changes = changeBatch({ quietMs: 60, longestMs: 5000 });
    const before = Date.now();
    const taken = changes.take(never);
    for (const name of ['a', 'b', 'a', 'c']) {
      changes.add(name);
      await sleep(10);
    }
    const started = performance.now();
    const { at, names } = await taken;
    expect([...names]).toEqual(['a', 'b', 'c']);
    expect(performance.now() - started).toBeGreaterThan(40);
    // It began with the first of them.
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThan(Date.now() - 60);
  });

  it('are taken at last while they go on, and what comes after is there for the next time', async () => {
    const changes = changeBatch({ quietMs: 60, longestMs: 200 });
    let count = 0;
    const going = setInterval(() => changes.add(`${count++}`), 10);
    try {
      const started = performance.now();
      const first = await changes.take(never);
      expect(performance.now() - started).toBeGreaterThan(150);
      const second = await changes.take(never);
      expect([...first.names, ...second.names]).toEqual(
        Array.from({ length: first.names.size + second.names.size }, (_, index) => `${index}`),
      );
    } finally {
      clearInterval(going);
    }
  });

  it('that came while nobody waited are not lost, and cost no wait once they are over', async () => {
    const changes = changeBatch({ quietMs: 500, longestMs: 5000 });
    changes.add('a');
    await changes.begun();
    await sleep(550);
    const started = performance.now();
    expect([...(await changes.take(never)).names]).toEqual(['a']);
    expect(performance.now() - started).toBeLessThan(300);
  });

  it('are waited for until somebody gives up', async () => {
    const changes = changeBatch();
    const controller = new AbortController();
    const taken = changes.take(controller.signal);
    controller.abort();
    await expect(taken).rejects.toThrow();
    changes.add('a');
    await expect(changes.take(controller.signal)).rejects.toThrow();
    expect([...(await changes.take(never)).names]).toEqual(['a']);
  });
});
