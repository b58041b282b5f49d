import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LayerscopeError } from '../../shared/api/errors.ts';

/** What a person named on the command line. Paths are absolute. */
export type Target =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'archive'; readonly path: string }
  | { readonly kind: 'image'; readonly reference: string };

/** A path begins like one or ends like an archive; everything else that is not there names an image. */
const pathLike = /^(\.{0,2}[/\\]|\.{1,2}$|~|[a-z]:[/\\])|\.(tar|tgz|tar\.(gz|zst|zstd))$/i;

/** What exists on disk is a folder or an archive, everything else an image. */
export function targetOf(text: string): Target {
  const path = resolve(text);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory()) {
    return existsSync(join(path, 'oci-layout')) ? { kind: 'archive', path } : { kind: 'folder', path };
  }
  if (stats || pathLike.test(text)) return { kind: 'archive', path };
  return { kind: 'image', reference: text };
}

/**
 * The same for what the app is to open: a path must be there.
 *
 * @throws LayerscopeError `path-not-found`
 */
export function openableTarget(text: string): Target {
  const target = targetOf(text);
  if (target.kind === 'image' || existsSync(target.path)) return target;
  throw new LayerscopeError({
    code: 'path-not-found',
    message: `There is nothing at ${target.path}`,
    hint: 'Check the path, or start Layerscope without one and choose it there',
  });
}

/** The address in the app, below the host's root, that shows a target. */
export function routeOf(target: Target): string {
  switch (target.kind) {
    case 'folder':
      return `/project?${new URLSearchParams({ folder: target.path })}`;
    case 'archive':
      return `/image?${new URLSearchParams({ source: 'archive', path: target.path })}`;
    case 'image':
      return `/image?${new URLSearchParams({ source: 'engine', ref: target.reference })}`;
  }
}
