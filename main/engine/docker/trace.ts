import type { Field } from './buildkit/protobuf.ts';
import { bytesOf, fieldsOf, numberOf, textOf } from './buildkit/protobuf.ts';

/** One step of BuildKit's graph, as of this message. Times are ms since the epoch. */
export interface TraceVertex {
  readonly digest: string;
  readonly inputs: readonly string[];
  readonly name: string;
  readonly cached: boolean;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Empty unless it failed or was cancelled. */
  readonly error: string;
}

/** A part of a step's work: a blob that is fetched, a layer that is written. Bytes where it has any. */
export interface TraceStatus {
  readonly id: string;
  readonly vertex: string;
  readonly current: number;
  readonly total: number;
}

export interface TraceLog {
  readonly vertex: string;
  /** 1 stdout, 2 stderr. */
  readonly stream: number;
  /** Any part of the output: it may end in the middle of a character. */
  readonly bytes: Uint8Array;
}

export interface Trace {
  readonly vertices: readonly TraceVertex[];
  readonly statuses: readonly TraceStatus[];
  readonly logs: readonly TraceLog[];
  readonly warnings: readonly string[];
}

/**
 * Decodes one `moby.buildkit.trace` message: `StatusResponse` of BuildKit's api/services/control/control.proto, in
 * base64. dockerode turns them into text, which has lost which step a line belongs to.
 * Throws a RangeError for bytes that are no such message.
 */
export function decodeTrace(base64: string): Trace {
  const vertices: TraceVertex[] = [];
  const statuses: TraceStatus[] = [];
  const logs: TraceLog[] = [];
  const warnings: string[] = [];
  for (const field of fieldsOf(Buffer.from(base64, 'base64'))) {
    if (field.number === 1) vertices.push(decodeVertex(bytesOf(field)));
    if (field.number === 2) statuses.push(decodeStatus(bytesOf(field)));
    if (field.number === 3) logs.push(decodeLog(bytesOf(field)));
    if (field.number === 4) warnings.push(decodeWarning(bytesOf(field)));
  }
  return { vertices, statuses, logs, warnings };
}

function decodeVertex(message: Uint8Array): TraceVertex {
  const inputs: string[] = [];
  let digest = '';
  let name = '';
  let cached = false;
  let startedAt: number | undefined;
  let endedAt: number | undefined;
  let error = '';
  for (const field of fieldsOf(message)) {
    if (field.number === 1) digest = textOf(field);
    if (field.number === 2) inputs.push(textOf(field));
    if (field.number === 3) name = textOf(field);
    if (field.number === 4) cached = numberOf(field) !== 0;
    if (field.number === 5) startedAt = timeOf(field);
    if (field.number === 6) endedAt = timeOf(field);
    if (field.number === 7) error = textOf(field);
  }
  return { digest, inputs, name, cached, startedAt, endedAt, error };
}

function decodeStatus(message: Uint8Array): TraceStatus {
  let id = '';
  let vertex = '';
  let current = 0;
  let total = 0;
  for (const field of fieldsOf(message)) {
    if (field.number === 1) id = textOf(field);
    if (field.number === 2) vertex = textOf(field);
    if (field.number === 4) current = numberOf(field);
    if (field.number === 5) total = numberOf(field);
  }
  return { id, vertex, current, total };
}

function decodeLog(message: Uint8Array): TraceLog {
  let vertex = '';
  let stream = 1;
  let bytes: Uint8Array = new Uint8Array();
  for (const field of fieldsOf(message)) {
    if (field.number === 1) vertex = textOf(field);
    if (field.number === 3) stream = numberOf(field);
    if (field.number === 4) bytes = bytesOf(field);
  }
  return { vertex, stream, bytes };
}

function decodeWarning(message: Uint8Array): string {
  for (const field of fieldsOf(message)) {
    if (field.number === 3) return textOf(field);
  }
  return '';
}

/** google.protobuf.Timestamp. */
function timeOf(field: Field): number {
  let seconds = 0;
  let nanos = 0;
  for (const part of fieldsOf(bytesOf(field))) {
    if (part.number === 1) seconds = numberOf(part);
    if (part.number === 2) nanos = numberOf(part);
  }
  return seconds * 1000 + nanos / 1e6;
}
