import { describe, expect, it } from 'vitest';
import { applyBuildEvent, keptLogLength } from './apply-build-event.ts';
import type { BuildSnapshot } from './build.ts';

const start: BuildSnapshot = {
  id: '1',
  folder: '/project',
  state: 'building',
  startedAt: 0,
  variants: [
    { name: 'a', status: 'waiting', steps: [], logs: {} },
    { name: 'b', status: 'waiting', steps: [], logs: {} },
  ],
};

describe('applyBuildEvent', () => {
  it('changes the named variant only and keeps when it began', () => {
    let snapshot = applyBuildEvent(start, { type: 'variant', variant: 'a', status: 'building', at: 5 });
    snapshot = applyBuildEvent(snapshot, { type: 'variant', variant: 'a', status: 'built', at: 9 });
    expect(snapshot.variants[0]).toMatchObject({ status: 'built', startedAt: 5, endedAt: 9 });
    expect(snapshot.variants[1]).toBe(start.variants[1]);
    expect(start.variants[0]?.status).toBe('waiting');
  });

  it('replaces a step by its id and adds a new one', () => {
    const step = { id: 'x', name: '[1/2] RUN', status: 'running' } as const;
    let snapshot = applyBuildEvent(start, { type: 'step', variant: 'b', step });
    snapshot = applyBuildEvent(snapshot, { type: 'step', variant: 'b', step: { ...step, status: 'done' } });
    snapshot = applyBuildEvent(snapshot, { type: 'step', variant: 'b', step: { ...step, id: 'y' } });
    expect(snapshot.variants[1]?.steps.map((s) => [s.id, s.status])).toEqual([
      ['x', 'done'],
      ['y', 'running'],
    ]);
  });

  it('keeps the end of a long log', () => {
    let snapshot = start;
    for (const text of ['x'.repeat(keptLogLength), 'the end']) {
      snapshot = applyBuildEvent(snapshot, { type: 'log', variant: 'a', step: 's', text });
    }
    const log = snapshot.variants[0]?.logs.s ?? '';
    expect(log).toHaveLength(keptLogLength);
    expect(log.endsWith('xthe end')).toBe(true);
  });

  it('takes hostile step names as data', () => {
    const snapshot = applyBuildEvent(start, {
      type: 'log',
      variant: 'a',
      step: '__proto__',
      text: 'still text',
    });
    expect(({} as Record<string, unknown>).text).toBeUndefined();
    expect(snapshot.variants[0]?.logs.constructor).toBe(Object);
  });

  it('records why a build ended early', () => {
    const error = { code: 'engine-lost', message: 'gone', hint: 'start it' } as const;
    expect(applyBuildEvent(start, { type: 'state', state: 'failed', error })).toMatchObject({
      state: 'failed',
      error,
    });
  });
});
