import { z } from 'zod';

/**
 * Every way Layerscope can fail that a person can do something about. The code is a promise to scripts;
 * the exit status of the terminal commands follows from it (see `exitStatus`).
 */
export const errorCodes = {
  // The engine
  'engine-not-installed': 3,
  'engine-not-running': 3,
  'engine-permission-denied': 3,
  'engine-unreachable': 3,
  'engine-too-old': 3,
  'engine-lost': 3,
  'engine-error': 3,
  // The project
  'folder-not-found': 2,
  'folder-unreadable': 2,
  'folder-not-trusted': 2,
  'no-dockerfile': 2,
  'dockerfile-not-found': 2,
  'dockerfile-invalid': 2,
  'stage-unknown': 2,
  'context-invalid': 2,
  'nothing-selected': 2,
  'secret-unavailable': 2,
  'ssh-unavailable': 2,
  // Building
  'build-failed': 1,
  'build-step-failed': 1,
  'base-unavailable': 1,
  'syntax-unavailable': 1,
  'builder-unsupported': 1,
  'context-vanished': 1,
  // Images and archives
  'image-not-found': 2,
  'image-ambiguous': 2,
  'platform-unavailable': 2,
  'pull-failed': 2,
  'archive-not-found': 2,
  'archive-unreadable': 2,
  'not-an-image': 2,
  'archive-truncated': 2,
  'archive-damaged': 2,
  'archive-incomplete': 2,
  'digest-mismatch': 2,
  'layer-invalid': 2,
  'limit-exceeded': 2,
  'path-not-found': 2,
  'source-changed': 2,
  // The program itself
  usage: 2,
  'invalid-input': 2,
  'not-found': 2,
  cancelled: 130,
  'connection-lost': 3,
  internal: 2,
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** Exit status of a terminal command that ends with this error: 1 build, 2 input, 3 engine, 130 cancelled. */
export function exitStatus(code: ErrorCode): number {
  return errorCodes[code];
}

export const ErrorInfo = z.object({
  code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
  /** What happened, one sentence without a final full stop. */
  message: z.string(),
  /** What to do next, one sentence without a final full stop. */
  hint: z.string(),
  /** Where in which Dockerfile, from line 1. */
  dockerfile: z.string().optional(),
  line: z.number().int().optional(),
  endLine: z.number().int().optional(),
  /** The source text of that line. */
  text: z.string().optional(),
  /** The stage, as people name it. */
  stage: z.string().optional(),
  /** The last lines a failing step printed. */
  output: z.array(z.string()).optional(),
  /** What could be chosen instead: images of an archive, stages of a Dockerfile, platforms. */
  candidates: z.array(z.string()).optional(),
});
export type ErrorInfo = z.infer<typeof ErrorInfo>;

/** An error with a code, what happened and what to do next. Everything else that is thrown is a defect. */
export class LayerscopeError extends Error {
  readonly info: ErrorInfo;

  constructor(info: ErrorInfo, options?: { cause?: unknown }) {
    super(info.message, options);
    this.name = 'LayerscopeError';
    this.info = info;
  }

  get code(): ErrorCode {
    return this.info.code;
  }
}

/** The error as plain data; whatever is no LayerscopeError becomes `cancelled` (an abort) or `internal`. */
export function toErrorInfo(error: unknown): ErrorInfo {
  if (error instanceof LayerscopeError) return error.info;
  if (error instanceof Error && error.name === 'AbortError') {
    return { code: 'cancelled', message: 'Cancelled', hint: 'Start it again when you are ready' };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    message: `Something went wrong inside Layerscope: ${message}`,
    hint: 'Please report this with what you did before it',
  };
}

/** `CODE: what happened. What to do.`: the one line a terminal shows. */
export function formatError(info: ErrorInfo): string {
  const where = info.dockerfile ? ` (${info.dockerfile}${info.line ? `:${info.line}` : ''})` : '';
  const choices = info.candidates?.length ? ` Available: ${info.candidates.join(', ')}.` : '';
  return `${info.code}: ${info.message}${where}. ${info.hint}.${choices}`;
}

export function cancelled(): LayerscopeError {
  return new LayerscopeError({
    code: 'cancelled',
    message: 'Cancelled',
    hint: 'Start it again when you are ready',
  });
}
