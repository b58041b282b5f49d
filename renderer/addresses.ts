import type { ImageSource } from '../shared/api/contract.ts';
import { type AddressFilter, filterParameters } from './charts/file-filter-address.ts';

/** The address of every view. What is in an address survives back, forward, reload and restart. */

export interface CompareView extends Partial<AddressFilter> {
  readonly path?: string;
  readonly tab?: string;
}

export interface ImageView extends Partial<AddressFilter> {
  readonly path?: string;
  /** `tree`, `dockerfile` …; the treemap unless said otherwise. */
  readonly view?: string;
}

export interface StageView extends Partial<AddressFilter> {
  readonly view?: string;
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
  return address('/compare', { folder, left, right, ...parametersOf(view) });
}

/** Two images without a build. */
export function compareSourcesAddress(left: ImageSource, right: ImageSource, view: CompareView = {}): string {
  return address('/compare', {
    leftSource: encodeSource(left),
    rightSource: encodeSource(right),
    ...parametersOf(view),
  });
}

/** A variant of a project's last build. */
export function variantAddress(folder: string, variant: string, view: ImageView = {}): string {
  return address('/image', { folder, variant, ...parametersOf(view) });
}

/** A stage, by its index, as a variant of a project's last build needed it. */
export function stageAddress(folder: string, variant: string, stage: number, view: StageView = {}): string {
  return address('/stage', { folder, variant, stage, ...parametersOf(view) });
}

export function imageAddress(source: ImageSource, view: ImageView = {}): string {
  if (source.kind === 'engine')
    return address('/image', { source: 'engine', ref: source.reference, ...parametersOf(view) });
  const { path, ...rest } = view;
  return address('/image', {
    source: 'archive',
    // Of an archive's address that is the archive; the path inside it is `file`.
    path: source.path,
    image: source.image,
    file: path,
    ...parametersOf(rest),
  });
}

/** What an image address shows; undefined where it is none. `path` is the one inside the image. */
export function readImageAddress(
  query: URLSearchParams,
):
  | { readonly folder: string; readonly variant: string; readonly path?: string }
  | { readonly source: ImageSource; readonly path?: string }
  | undefined {
  const folder = query.get('folder');
  const variant = query.get('variant');
  const plainPath = query.get('path') ?? undefined;
  if (folder && variant) return { folder, variant, path: plainPath };
  if (query.get('source') === 'engine') {
    const reference = query.get('ref');
    return reference ? { source: { kind: 'engine', reference }, path: plainPath } : undefined;
  }
  if (query.get('source') === 'archive') {
    const path = query.get('path');
    if (!path) return undefined;
    const source: ImageSource = { kind: 'archive', path, image: query.get('image') ?? undefined };
    return { source, path: query.get('file') ?? undefined };
  }
  return undefined;
}

/** A view with its filter as the parameters that say it. */
function parametersOf<V extends Partial<AddressFilter>>({ filter, of, ...view }: V) {
  return filter ? { ...view, ...filterParameters({ filter, of }) } : view;
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
