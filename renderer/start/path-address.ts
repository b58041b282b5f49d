import type { Api, PathSuggestion } from '../../shared/api/contract.ts';
import { imageAddress, projectAddress } from '../addresses.ts';

const archiveName = /\.(tar|tgz|tar\.(gz|zst|zstd)|oci)$/i;

/** Asks the host what a path is, and names the view that opens it. */
export async function findPathAddress(path: string, api: Api): Promise<string> {
  // With a slash at its end it would be asked what is in the folder, not what it is.
  const { suggestions } = await api.call('path.complete', { text: withoutSlash(path) });
  return pathAddress(path, suggestions);
}

/**
 * The view that opens a path of the host: what the host says it is decides, else its name. A path that is not there
 * leads to the view that says so.
 */
export function pathAddress(path: string, suggestions: readonly PathSuggestion[]): string {
  const bare = withoutSlash(path);
  // All suggestions are of one folder, by absolute path; what was typed may be relative, or begin with ~.
  const known = suggestions.find((suggestion) => lastPart(suggestion.path) === lastPart(bare));
  const archive = known ? known.kind === 'archive' || known.hint === 'oci-layout' : archiveName.test(bare);
  const target = known ? withoutSlash(known.path) : bare;
  return archive ? imageAddress({ kind: 'archive', path: target }) : projectAddress(target);
}

function withoutSlash(path: string): string {
  return path.replace(/[/\\]+$/, '') || path;
}

function lastPart(path: string): string | undefined {
  return path.split(/[/\\]/).filter(Boolean).at(-1);
}
