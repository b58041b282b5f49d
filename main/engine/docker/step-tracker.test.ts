import { describe, expect, it } from 'vitest';
import type { TraceEvent } from './step-tracker.ts';
import { createStepTracker } from './step-tracker.ts';
import { recordedTrace } from './testing/recorded-trace.ts';
import type { Trace, TraceVertex } from './trace.ts';
import { decodeTrace } from './trace.ts';

function track() {
  const events: TraceEvent[] = [];
  const tracker = createStepTracker(
    (name) => (name.includes('RUN') ? { stage: 1, line: 4, endLine: 5 } : undefined),
    (event) => events.push(event),
  );
  const statuses = () =>
    new Map(events.flatMap((event) => (event.type === 'step' ? [[event.step.name, event.step.status]] : [])));
  return { events, tracker, statuses };
}

const trace = (part: Partial<Trace>): Trace => ({
  vertices: [],
  statuses: [],
  logs: [],
  warnings: [],
  ...part,
});
const vertex = (part: Partial<TraceVertex>): TraceVertex => ({
  digest: 'a',
  inputs: [],
  name: 'RUN x',
  cached: false,
  startedAt: undefined,
  endedAt: undefined,
  error: '',
  ...part,
});

describe('createStepTracker', () => {
  it('tells failed, stopped and cached steps of a recorded build apart', () => {
    const { tracker, statuses, events } = track();
    for (const message of recordedTrace) tracker.apply(decodeTrace(message));
    tracker.finish('failed');
    expect(Object.fromEntries(statuses())).toEqual({
      '[internal] load remote build context': 'done',
      'copy /context /': 'done',
      '[internal] load metadata for docker.io/library/debian:bookworm': 'done',
      '[internal] load metadata for docker.io/library/debian:bookworm-slim': 'done',
      '[builder 1/2] FROM docker.io/library/debian:bookworm': 'cached',
      '[stage-1 1/3] FROM docker.io/library/debian:bookworm-slim': 'done',
      "[builder 2/2] RUN sleep 1; printf 'caf\\303\\251\\n'; exit 4": 'failed',
      '[stage-1 2/3] RUN sleep 9': 'cancelled',
      '[stage-1 3/3] COPY --from=builder /etc/hostname /x': 'cancelled',
    });
    expect(tracker.failed()).toMatchObject({
      output: ['café'],
      error: expect.stringContaining('exit code: 4'),
    });
    expect(events.filter(({ type }) => type === 'log')).toHaveLength(1);
  });

  it('goes through waiting, running and done with the times and the place', () => {
    const { tracker, events } = track();
    tracker.apply(trace({ vertices: [vertex({})] }));
    tracker.apply(trace({ vertices: [vertex({ startedAt: 10 })] }));
    tracker.apply(trace({ vertices: [vertex({ startedAt: 10 })] }));
    tracker.apply(trace({ vertices: [vertex({ startedAt: 10, endedAt: 30 })] }));
    const place = { stage: 1, line: 4, endLine: 5 };
    expect(events).toEqual([
      { type: 'step', step: { id: 'a', name: 'RUN x', ...place, status: 'waiting' } },
      { type: 'step', step: { id: 'a', name: 'RUN x', ...place, status: 'running', startedAt: 10 } },
      {
        type: 'step',
        step: { id: 'a', name: 'RUN x', ...place, status: 'done', startedAt: 10, endedAt: 30 },
      },
    ]);
  });

  it('sums the bytes of what a step transfers', () => {
    const { tracker, events } = track();
    const status = (id: string, current: number, total: number) => ({ id, vertex: 'a', current, total });
    tracker.apply(trace({ vertices: [vertex({ startedAt: 1 })], statuses: [status('l1', 5, 10)] }));
    tracker.apply(trace({ statuses: [status('l2', 1, 20), status('l1', 10, 10), status('extract', 0, 0)] }));
    tracker.apply(trace({ statuses: [status('l3', 4, 0)] }));
    const steps = events.flatMap((event) => (event.type === 'step' ? [event.step] : []));
    expect(steps.map(({ current, total }) => [current, total])).toEqual([
      [undefined, undefined],
      [5, 10],
      [6, 30],
      [11, 30],
      [15, undefined],
    ]);
  });

  it('joins a character that comes in two parts, of each stream by itself', () => {
    const { tracker, events } = track();
    const log = (stream: number, ...bytes: number[]) => ({
      vertex: 'a',
      stream,
      bytes: Uint8Array.from(bytes),
    });
    tracker.apply(trace({ logs: [log(1, 0xc3)] }));
    tracker.apply(trace({ logs: [log(2, 33)] }));
    tracker.apply(trace({ logs: [log(1, 0xa9)] }));
    expect(events.map((event) => (event.type === 'log' ? event.text : ''))).toEqual(['!', 'é']);
  });

  it('keeps the last twenty lines of a step that failed', () => {
    const { tracker } = track();
    const text = Array.from({ length: 5000 }, (_, line) => `line ${line}`).join('\n');
    tracker.apply(trace({ logs: [{ vertex: 'a', stream: 1, bytes: Buffer.from(`${text}\n`) }] }));
    tracker.apply(trace({ vertices: [vertex({ startedAt: 1, endedAt: 2, error: 'exit code: 1' })] }));
    const { output } = tracker.failed()!;
    expect(output).toHaveLength(20);
    expect(output.at(-1)).toBe('line 4999');
    expect(output[0]).toBe('line 4980');
  });

  it('counts what never had to run as cached when the image is there', () => {
    const { tracker, statuses } = track();
    tracker.apply(
      trace({ vertices: [vertex({}), vertex({ digest: 'b', name: 'exporting', startedAt: 1 })] }),
    );
    tracker.finish('built');
    expect(Object.fromEntries(statuses())).toEqual({ 'RUN x': 'cached', exporting: 'done' });
  });
});
