import type { ImageSource } from '../shared/api/contract.ts';

/** The address of every view. What is in an address survives back, forward, reload and restart. */

export interface CompareView {
  readonly path?: string;
  readonly tab?: string;
}

export interface ImageView {
  readonly layer?: number;
  readonly path?: string;
}

export const startAddress = '/';

export function projectAddress(folder: string): string {
  return address('/project', { folder });
}

export function buildAddress(folder: string, build: string): string {
  return address('/build', { folder, build });
}

/** Two variants of a project's last build. */
export function compareAddress(folder: string, left: string, right: string, view: CompareView = {}): string {
  return address('/compare', { folder, left, right, ...view });
}

/** Two images without a build. */
export function compareSourcesAddress(left: ImageSource, right: ImageSource, view: CompareView = {}): string {
  return address('/compare', {
    leftSource: encodeSource(left),
    rightSource: encodeSource(right),
    ...view,
  });
}

/** A variant of a project's last build. */
export function variantAddress(folder: string, variant: string, view: ImageView = {}): string {
  return address('/image', { folder, variant, ...view });
}

export function imageAddress(source: ImageSource, view: ImageView = {}): string {
  if (source.kind === 'engine')
    return address('/image', { source: 'engine', ref: source.reference, ...view });
  return address('/image', {
    source: 'archive',
    path: source.path,
    image: source.image,
    ...withFilePath(view),
  });
}

/** What an image address shows; undefined where it is none. `file` is the path inside the image. */
export function readImageAddress(
  query: URLSearchParams,
):
  | (ImageView & { readonly folder: string; readonly variant: string })
  | (ImageView & { readonly source: ImageSource })
  | undefined {
  const layerText = query.get('layer');
  const layer = layerText !== null && /^\d+$/.test(layerText) ? Number(layerText) : undefined;
  const folder = query.get('folder');
  const variant = query.get('variant');
  const plainPath = query.get('path') ?? undefined;
  if (folder && variant) return { folder, variant, layer, path: plainPath };
  if (query.get('source') === 'engine') {
    const reference = query.get('ref');
    return reference ? { source: { kind: 'engine', reference }, layer, path: plainPath } : undefined;
  }
  if (query.get('source') === 'archive') {
    const path = query.get('path');
    if (!path) return undefined;
    const source: ImageSource = { kind: 'archive', path, image: query.get('image') ?? undefined };
    return { source, layer, path: query.get('file') ?? undefined };
  }
  return undefined;
}

/** `path` of an archive's address is the archive; the path inside it is `file`. */
function withFilePath({ layer, path }: ImageView) {
  return { layer, file: path };
}

/** `engine:REF` or `archive:PATH`, with `#IMAGE` (escaped) where the archive holds several. */
export function encodeSource(source: ImageSource): string {
  if (source.kind === 'engine') return `engine:${source.reference}`;
  const image = source.image === undefined ? '' : `#${encodeURIComponent(source.image)}`;
  return `archive:${source.path.replaceAll('%', '%25').replaceAll('#', '%23')}${image}`;
}

export function decodeSource(text: string): ImageSource | undefined {
  const match = /^(engine|archive):([\s\S]+)$/.exec(text);
  if (!match) return undefined;
  const [, kind, rest = ''] = match;
  if (kind === 'engine') return { kind: 'engine', reference: rest };
  const [path = '', image] = rest.split('#');
  try {
    return {
      kind: 'archive',
      path: path.replaceAll('%23', '#').replaceAll('%25', '%'),
      ...(image !== undefined && { image: decodeURIComponent(image) }),
    };
  } catch {
    return undefined; // An address somebody edited: its % is no escape.
  }
}

function address(pathname: string, parts: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parts)) if (value !== undefined) query.set(name, String(value));
  return `${pathname}?${query}`;
}
