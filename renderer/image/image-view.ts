import type { ImageSource } from '../../shared/api/contract.ts';
import { readImageAddress } from '../addresses.ts';

export type ImageSubject =
  | { readonly kind: 'variant'; readonly folder: string; readonly variant: string }
  | { readonly kind: 'source'; readonly source: ImageSource; readonly platform?: string };

export const imageViews = [
  'treemap',
  'tree',
  'dockerfile',
  'waste',
  'duplicates',
  'config',
  'since',
] as const;
export type ImageViewName = (typeof imageViews)[number];

export interface ImageView {
  /** Directory that treemap and tree show. */
  readonly at: string;
  readonly select?: string;
  readonly view: ImageViewName;
  readonly sort: 'bytes' | 'name';
  /** What tiles and rows have the colours of, where both are known. */
  readonly colour: 'origin' | 'layer';
}

/** Which image an address names; undefined where it is none. */
export function readImageSubject(query: URLSearchParams): ImageSubject | undefined {
  const address = readImageAddress(query);
  if (!address) return undefined;
  if ('folder' in address) return { kind: 'variant', folder: address.folder, variant: address.variant };
  return { kind: 'source', source: address.source, platform: query.get('platform') || undefined };
}

export function readImageView(query: URLSearchParams): ImageView {
  const address = readImageAddress(query);
  const view = query.get('view');
  return {
    at: query.get('at') || '/',
    select: query.get('select') || address?.path,
    view: imageViews.find((known) => known === view) ?? 'treemap',
    sort: query.get('sort') === 'name' ? 'name' : 'bytes',
    colour: query.get('colour') === 'layer' ? 'layer' : 'origin',
  };
}
