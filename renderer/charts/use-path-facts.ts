import type { ErrorInfo } from '../../shared/api/errors.ts';
import type { FileRow } from '../../shared/model/files.ts';
import { useCall } from '../data/use-call.ts';

export type PathFacts =
  | { readonly state: 'none' }
  | { readonly state: 'loading' }
  | { readonly state: 'here'; readonly row: FileRow }
  | { readonly state: 'absent' }
  | { readonly state: 'failed'; readonly error: ErrorInfo };

/** What an image has at a path, a directory or not. */
export function usePathFacts(handle: string, path: string | undefined): PathFacts {
  const input = path === undefined ? undefined : { handle, path, offset: 0, limit: 1 };
  const { value, error, stale } = useCall('files.list', input);
  if (path === undefined) return { state: 'none' };
  if (error) return error.code === 'path-not-found' ? { state: 'absent' } : { state: 'failed', error };
  return value && !stale ? { state: 'here', row: value.directory } : { state: 'loading' };
}
