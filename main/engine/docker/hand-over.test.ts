import { describe, expect, it } from 'vitest';
import { watchHandOver } from './hand-over.ts';
import type { Trace, TraceVertex } from './trace.ts';

const blob = (kind: 'layer' | 'config' | 'manifest' | 'index') => ({
  digest: `sha256:${kind}`,
  size: 1,
  kind,
});
const step = (vertex: Partial<TraceVertex>): Trace => ({
  vertices: [
    {
      digest: 'd',
      inputs: [],
      name: '',
      cached: false,
      startedAt: 1,
      endedAt: undefined,
      error: '',
      ...vertex,
    },
  ],
  statuses: [],
  logs: [],
  warnings: [],
});
const name = 'exporting to oci image format';

describe('watchHandOver', () => {
  it.each(['manifest', 'index'] as const)('is done when the exporter ends after the %s', (kind) => {
    const handOver = watchHandOver();
    handOver.addBlob(blob('layer'));
    handOver.addBlob(blob('config'));
    handOver.addTrace(step({ name }));
    handOver.addBlob(blob(kind));
    expect(handOver.isDone()).toBe(false);
    handOver.addTrace(step({ name: '[stage 1/2] RUN true', endedAt: 2 }));
    expect(handOver.isDone()).toBe(false);
    handOver.addTrace(step({ name, endedAt: 3 }));
    expect(handOver.isDone()).toBe(true);
  });

  it('is not done without the manifest, whatever a step is called', () => {
    const handOver = watchHandOver();
    handOver.addTrace(step({ name, endedAt: 2 }));
    handOver.addBlob(blob('layer'));
    handOver.addBlob(blob('manifest'));
    expect(handOver.isDone()).toBe(false);
  });

  it('is not done where the exporter failed', () => {
    const handOver = watchHandOver();
    handOver.addBlob(blob('manifest'));
    handOver.addTrace(step({ name, endedAt: 2, error: 'no space left on device' }));
    expect(handOver.isDone()).toBe(false);
  });
});
