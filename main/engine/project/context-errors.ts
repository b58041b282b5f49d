import { LayerscopeError } from '../../../shared/api/errors.ts';
import { quote } from './quote.ts';

export function isMissing(error: unknown): boolean {
  return hasCode(error, ['ENOENT', 'ENOTDIR', 'ESTALE']);
}

export function isRefused(error: unknown): boolean {
  return hasCode(error, ['EACCES', 'EPERM']);
}

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(error.code as string);
}

/** `path` is inside the context; empty for the context itself. */
export function contextVanished(contextDir: string, path: string, cause?: unknown): LayerscopeError {
  const what = path === '' ? `The build context ${quote(contextDir)}` : `${quote(path)} in the build context`;
  return new LayerscopeError(
    {
      code: 'context-vanished',
      message: `${what} is gone`,
      hint: 'Bring the folder back, or wait until nothing changes it, and build again',
    },
    { cause },
  );
}

export function contextChanged(path: string): LayerscopeError {
  return new LayerscopeError({
    code: 'context-vanished',
    message: `${quote(path)} in the build context changed while it was read`,
    hint: 'Wait until nothing changes it, or leave it out with a line in .dockerignore, and build again',
  });
}

export function unreadable(path: string, cause: unknown): LayerscopeError {
  return new LayerscopeError(
    {
      code: 'context-invalid',
      message: `${quote(path)} in the build context cannot be read`,
      hint: 'Give yourself permission to read it, or leave it out with a line in .dockerignore',
    },
    { cause },
  );
}
