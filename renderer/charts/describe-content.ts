import type { ImageFacts } from '../../shared/model/image-document.ts';
import type { FileOrigin } from '../../shared/model/origin.ts';
import { shortInstruction } from './instruction-text.ts';
import { type LayerOwners, type OwnedImage, ownerOf } from './owners.ts';
import { visibleText } from './visible-text.ts';

const longest = 90;

/** What a layer is, in words: its owner, its instruction and the line where that stands. */
export function describeLayer(image: Pick<ImageFacts, 'layers'>, owners: LayerOwners, index: number): string {
  const layer = image.layers[index];
  const owner = owners[index];
  if (!layer || !owner) return 'no layer known';
  const instruction = visibleText(shortInstruction(layer.createdBy));
  const text = instruction.length > longest ? `${instruction.slice(0, longest)}…` : instruction;
  const line = layer.line === null ? '' : `, line ${layer.line}`;
  switch (owner.kind) {
    case 'base':
      return visibleText(owner.title);
    case 'stage':
      return `${visibleText(owner.title)}${line}: ${text}`;
    default:
      return `layer ${index + 1}: ${text}`;
  }
}

/**
 * Where content is from, in words: of a file its origin with its line and what it came through, of a tile whose
 * it mostly is, and where that is not known, its layer.
 */
export function describeContent(
  image: Pick<ImageFacts, 'layers'>,
  owned: OwnedImage,
  { layer, origin }: { readonly layer?: number; readonly origin?: string | FileOrigin },
): string {
  const owner = ownerOf(owned, { layer, origin });
  const byLayer = layer === undefined ? 'no layer known' : describeLayer(image, owned.layers, layer);
  if (!owner || origin === undefined) return byLayer;
  const title = visibleText(owner.title);
  if (typeof origin === 'string') {
    // Brought by another owner's instruction: both are said.
    const carrier = layer === undefined ? undefined : owned.layers[layer];
    if (!carrier || carrier.id === owner.id || owner.kind === 'base') return title;
    const line = image.layers[layer!]?.line ?? null;
    return line === null ? title : `${title}, by line ${line} of ${visibleText(carrier.title)}`;
  }
  // Of a base that lies under another one no line says anything.
  const from = owner.id === origin.id ? `, FROM line ${origin.line}` : '';
  const line = origin.kind === 'base' ? from : `, line ${origin.line}`;
  const through = origin.through
    .slice(0, -1)
    .filter((index) => `stage:${index}` !== origin.id)
    .map((index) => owned.stageNames.get(index) ?? `stage ${index}`);
  const way = through.length > 0 ? `, through ${visibleText(through.join(', '))}` : '';
  const moved = origin.rule === 'moved' ? ', found by its content at another path' : '';
  return `${title}${line}${way}${moved}`;
}
