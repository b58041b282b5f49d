import type { ImageFacts } from '../../shared/model/image-document.ts';
import { shortInstruction } from './instruction-text.ts';
import type { LayerOwners } from './owners.ts';
import { visibleText } from './visible-text.ts';

const longest = 90;

/** What a layer is, in words: its owner, its instruction and the line where that stands. */
export function describeLayer(image: ImageFacts, owners: LayerOwners, index: number): string {
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
