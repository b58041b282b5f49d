import { describe, expect, it } from 'vitest';
import { recordedTrace } from './testing/recorded-trace.ts';
import { decodeTrace } from './trace.ts';

describe('decodeTrace', () => {
  const messages = recordedTrace.map(decodeTrace);
  const vertices = messages.flatMap((message) => message.vertices);

  it('reads the vertices with their inputs', () => {
    const copy = vertices.find(({ name }) => name === '[stage-1 3/3] COPY --from=builder /etc/hostname /x');
    const [first, second] = copy?.inputs ?? [];
    expect(vertices.find(({ digest }) => digest === first)?.name).toBe('[stage-1 2/3] RUN sleep 9');
    expect(vertices.find(({ digest }) => digest === second)?.name).toMatch(/^\[builder 2\/2\] RUN sleep 1;/);
  });

  it('reads times as milliseconds since the epoch', () => {
    const run = vertices.findLast(({ name }) => name.startsWith('[builder 2/2]'));
    expect(run?.startedAt).toBeGreaterThan(Date.UTC(2020, 0));
    expect(run!.endedAt! - run!.startedAt!).toBeGreaterThan(1000);
    expect(run!.endedAt! - run!.startedAt!).toBeLessThan(5000);
  });

  it('reads cached vertices and errors', () => {
    expect(vertices.filter(({ cached }) => cached).map(({ name }) => name)).toEqual([
      '[builder 1/2] FROM docker.io/library/debian:bookworm',
    ]);
    expect(vertices.find(({ error }) => error.endsWith('exit code: 4'))?.name).toContain('exit 4');
  });

  it('reads what a step printed', () => {
    const [log] = messages.flatMap(({ logs }) => logs);
    expect(log?.stream).toBe(1);
    expect(Buffer.from(log!.bytes).toString()).toBe('café\n');
  });

  it('is empty for an empty message and refuses a damaged one', () => {
    expect(decodeTrace('')).toEqual({ vertices: [], statuses: [], logs: [], warnings: [] });
    expect(() => decodeTrace(recordedTrace[0]!.slice(0, 40))).toThrow(RangeError);
  });
});
