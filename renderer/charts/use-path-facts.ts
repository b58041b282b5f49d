import type { ErrorInfo } from '../../shared/api/errors.ts';
import type { FileRow } from '../../shared/model/files.ts';
import { useCall } from '../data/use-call.ts';

export type PathFacts =
  | { readonly state: 'none' }
  | { readonly state: 'loading' }
  | { readonly state: 'here'; readonly row: FileRow }
  | { readonly state: 'absent' }
  | { readonly state: 'failed'; readonly error: ErrorInfo };

/**
 * What an image has at a path, a directory or not; of the image of before until it is known of one that took its place.
 */
export function usePathFacts(handle: string, path: string | undefined): PathFacts {
  const { value, error, answered } = useCall('files.at', path === undefined ? undefined : { handle, path });
  if (path === undefined) return { state: 'none' };
  if (error) return { state: 'failed', error };
  if (!value || answered?.path !== path) return { state: 'loading' };
  return value.row ? { state: 'here', row: value.row } : { state: 'absent' };
}
