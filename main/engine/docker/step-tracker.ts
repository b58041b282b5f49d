import type { BuildStep, StepStatus } from '../../../shared/model/build.ts';
import type { StepLocation } from './locate-step.ts';
import type { Trace, TraceVertex } from './trace.ts';

/** What a build reports while it runs. */
export type TraceEvent =
  /** Replaces the step of that id, or adds it. */
  | { readonly type: 'step'; readonly step: BuildStep }
  | { readonly type: 'log'; readonly step: string; readonly text: string };

export interface FailedStep {
  readonly name: string;
  readonly error: string;
  /** The last lines it printed. */
  readonly output: readonly string[];
}

export interface StepTracker {
  apply(trace: Trace): void;
  /** Ends the steps that will not end any more: the build is over. */
  finish(outcome: 'built' | 'failed' | 'cancelled'): void;
  /** The first step that failed by itself, not because the build was cancelled around it. */
  failed(): FailedStep | undefined;
  /** Names of all steps, in the order BuildKit told of them. */
  names(): readonly string[];
}

const keptLines = 20;
const keptText = 16_384;

interface Tracked {
  readonly step: BuildStep;
  readonly parts: Map<string, { readonly current: number; readonly total: number }>;
}

/** Turns BuildKit's vertex updates into steps: one event for every change, none for a repetition. */
export function createStepTracker(
  locate: (name: string) => StepLocation | undefined,
  onEvent: (event: TraceEvent) => void,
): StepTracker {
  const tracked = new Map<string, Tracked>();
  const decoders = new Map<string, TextDecoder>();
  const output = new Map<string, string>();

  function update(id: string, next: BuildStep, parts: Tracked['parts']): void {
    const previous = tracked.get(id)?.step;
    tracked.set(id, { step: next, parts });
    if (!previous || !isSame(previous, next)) onEvent({ type: 'step', step: next });
  }

  function applyVertex(vertex: TraceVertex): void {
    const previous = tracked.get(vertex.digest);
    const parts = previous?.parts ?? new Map();
    const old = previous?.step;
    const location = old ?? locate(vertex.name);
    // BuildKit may run a vertex in several goes, the first only to look into the cache.
    const startedAt = old?.startedAt ?? vertex.startedAt;
    update(
      vertex.digest,
      {
        id: vertex.digest,
        name: vertex.name,
        ...(location?.line === undefined
          ? {}
          : { stage: location.stage, line: location.line, endLine: location.endLine }),
        status: statusOf(vertex),
        ...(startedAt === undefined ? {} : { startedAt }),
        ...(vertex.endedAt === undefined ? {} : { endedAt: vertex.endedAt }),
        ...bytesOf(parts),
        ...(vertex.error === '' ? {} : { error: vertex.error }),
      },
      parts,
    );
  }

  function applyLog(step: string, stream: number, bytes: Uint8Array): void {
    const key = `${step} ${stream}`;
    const decoder = decoders.get(key) ?? new TextDecoder();
    decoders.set(key, decoder);
    const text = decoder.decode(bytes, { stream: true });
    if (text === '') return;
    output.set(step, `${output.get(step) ?? ''}${text}`.slice(-keptText));
    onEvent({ type: 'log', step, text });
  }

  return {
    apply({ vertices, statuses, logs }) {
      for (const vertex of vertices) applyVertex(vertex);
      for (const { id, vertex, current, total } of statuses) {
        const owner = tracked.get(vertex);
        if (!owner || (current === 0 && total === 0)) continue;
        owner.parts.set(id, { current, total });
        const { current: _current, total: _total, ...step } = owner.step;
        update(vertex, { ...step, ...bytesOf(owner.parts) }, owner.parts);
      }
      for (const { vertex, stream, bytes } of logs) applyLog(vertex, stream, bytes);
    },

    finish(outcome) {
      for (const [id, { step, parts }] of tracked) {
        if (step.status !== 'waiting' && step.status !== 'running') continue;
        if (outcome !== 'built') update(id, { ...step, status: 'cancelled' }, parts);
        // It never had to run: a later step was in the cache. What runs has only not been reported as ended.
        else update(id, { ...step, status: step.status === 'waiting' ? 'cached' : 'done' }, parts);
      }
    },

    failed() {
      for (const { step } of tracked.values()) {
        if (step.status !== 'failed') continue;
        const lines = (output.get(step.id) ?? '').split(/\r?\n/);
        if (lines.at(-1) === '') lines.pop();
        return { name: step.name, error: step.error ?? '', output: lines.slice(-keptLines) };
      }
      return undefined;
    },

    names: () => [...tracked.values()].map(({ step }) => step.name),
  };
}

function statusOf(vertex: TraceVertex): StepStatus {
  // A step that was stopped has the engine's "context canceled" in its error, after the exit code of the kill.
  if (vertex.error !== '') return /context cancell?ed/.test(vertex.error) ? 'cancelled' : 'failed';
  if (vertex.endedAt !== undefined) return vertex.cached ? 'cached' : 'done';
  return vertex.startedAt === undefined ? 'waiting' : 'running';
}

/** Bytes over all that a step transfers; the total only where every part's is known. */
function bytesOf(parts: Tracked['parts']): { current?: number; total?: number } {
  if (parts.size === 0) return {};
  let current = 0;
  let total = 0;
  let known = true;
  for (const part of parts.values()) {
    current += part.current;
    total += part.total;
    known &&= part.total > 0;
  }
  return known ? { current, total } : { current };
}

function isSame(a: BuildStep, b: BuildStep): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)] as (keyof BuildStep)[]);
  return [...keys].every((key) => a[key] === b[key]);
}
