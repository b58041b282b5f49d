import { describe, expect, it } from 'vitest';
import {
  cancelled,
  type ErrorCode,
  ErrorInfo,
  errorCodes,
  exitStatus,
  formatError,
  LayerscopeError,
  toErrorInfo,
} from './errors.ts';

const plain: ErrorInfo = { code: 'image-not-found', message: 'There is no image app', hint: 'Pull it' };

describe('exit statuses', () => {
  it.each<[ErrorCode, number]>([
    ['build-step-failed', 1],
    ['archive-damaged', 2],
    ['usage', 2],
    ['internal', 2],
    ['engine-not-running', 3],
    ['engine-permission-denied', 3],
    ['cancelled', 130],
  ])('%s ends a command with %i', (code, status) => {
    expect(exitStatus(code)).toBe(status);
  });

  it('are those of the promise, and never 0', () => {
    for (const [code, status] of Object.entries(errorCodes)) expect([1, 2, 3, 130], code).toContain(status);
  });
});

describe('formatError', () => {
  it('says what happened and what to do', () => {
    expect(formatError(plain)).toBe('image-not-found: There is no image app. Pull it.');
  });

  it('names the line and what there is to choose from', () => {
    expect(formatError({ ...plain, dockerfile: 'api/Dockerfile', line: 4, candidates: ['a', 'b'] })).toBe(
      'image-not-found: There is no image app (api/Dockerfile:4). Pull it. Available: a, b.',
    );
  });

  it('names the Dockerfile alone where no line is known', () => {
    expect(formatError({ ...plain, dockerfile: 'Dockerfile' })).toContain('(Dockerfile). Pull it.');
  });
});

describe('toErrorInfo', () => {
  it('keeps what a LayerscopeError says', () => {
    expect(toErrorInfo(new LayerscopeError({ ...plain, line: 3 }))).toEqual({ ...plain, line: 3 });
  });

  it('knows an abort', () => {
    expect(toErrorInfo(AbortSignal.abort().reason).code).toBe('cancelled');
    expect(toErrorInfo(cancelled()).code).toBe('cancelled');
  });

  it.each([new TypeError('boom'), 'boom', { toString: () => 'boom' }])(
    'calls everything else internal',
    (thrown) => {
      const info = toErrorInfo(thrown);
      expect(info.code).toBe('internal');
      expect(info.message).toContain('boom');
    },
  );

  it('always gives what its own schema takes', () => {
    for (const thrown of [
      new LayerscopeError(plain),
      AbortSignal.abort().reason,
      new Error('x'),
      undefined,
    ]) {
      expect(ErrorInfo.safeParse(toErrorInfo(thrown)).success).toBe(true);
    }
  });
});

it('an error carries its code, its message and its cause', () => {
  const cause = new Error('ECONNREFUSED');
  const error = new LayerscopeError(plain, { cause });
  expect(error).toMatchObject({
    name: 'LayerscopeError',
    code: 'image-not-found',
    message: plain.message,
    cause,
  });
});
