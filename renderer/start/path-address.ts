import type { PathSuggestion } from '../../shared/api/contract.ts';
import { imageAddress, projectAddress } from '../addresses.ts';

const archiveName = /\.(tar|tgz|tar\.(gz|zst|zstd)|oci)$/i;

/**
 * The view that opens a path of the host: what the host says it is decides, else its name. A path that is not there
 * leads to the view that says so.
 */
export function pathAddress(path: string, suggestions: readonly PathSuggestion[]): string {
  const bare = withoutSlash(path);
  const known = suggestions.find((suggestion) => withoutSlash(suggestion.path) === bare);
  const archive = known ? known.kind === 'archive' || known.hint === 'oci-layout' : archiveName.test(bare);
  return archive ? imageAddress({ kind: 'archive', path: bare }) : projectAddress(bare);
}

function withoutSlash(path: string): string {
  return path.length > 1 ? path.replace(/[/\\]+$/, '') || '/' : path;
}
