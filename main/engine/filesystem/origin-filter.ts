import type { FileFilter } from '../../../shared/model/file-filter.ts';
import type { FileOrigin } from '../../../shared/model/origin.ts';
import { flowPath } from '../stages/flow-path.ts';
import { FateId } from '../stages/origins.ts';
import type { Filesystem } from './filesystem.ts';

/** Whether a filter is about where content is from: such facts are known of some images only. */
export function isAboutOrigins({ origin, line, flow, fate }: FileFilter): boolean {
  return origin !== undefined || line !== undefined || flow !== undefined || fate !== undefined;
}

/** Of content that a layer stored and that has this source. */
export type PlaceTest = (layer: number, source: number) => boolean;

/**
 * What of a filter hangs on the layer that stored content and on its source alone: origin, line and flow. An image has
 * few of both, so that all is decided beforehand. Undefined: everything passes.
 */
export function placeTest({ origins }: Filesystem, filter: FileFilter): PlaceTest | undefined {
  const { origin, line, flow } = filter;
  if (!origins || !(origin !== undefined || line || flow)) return undefined;
  const count = origins.sources.length;
  const passes = new Uint8Array(origins.owners.length * count);
  origins.sources.forEach((source, index) => {
    if (origin !== undefined && source.id !== origin) return;
    if (flow && !goesAlong(source, flow)) return;
    origins.owners.forEach((owner, layer) => {
      // A COPY is also to blame for what it stored, and whoever stored it once more.
      if (!line || isAt(source, line) || (owner && isAt(owner, line))) passes[layer * count + index] = 1;
    });
  });
  return (layer, source) => passes[layer * count + source] === 1;
}

interface Place {
  readonly stage: number;
  readonly line: number;
}

function isAt(place: Place, { stage, line }: Place): boolean {
  return place.stage === stage && place.line === line;
}

function goesAlong(source: FileOrigin, { from, to }: NonNullable<FileFilter['flow']>): boolean {
  const path = flowPath(source);
  return path.some((place, at) => place === from && path[at + 1] === to);
}

/** All that a filter wants of where an inode's content is from and what became of it. Undefined: everything passes. */
export function originTest(fs: Filesystem, filter: FileFilter): ((inode: number) => boolean) | undefined {
  const { origins } = fs;
  const place = placeTest(fs, filter);
  if (!origins || (!place && !filter.fate)) return undefined;
  const { layer } = fs.inodes;
  const { ofInode } = origins;
  const ofPlace = place && ((inode: number) => place(layer[inode]!, ofInode[inode]!));
  if (!filter.fate) return ofPlace;
  const wanted = FateId[filter.fate];
  const { fate } = origins;
  return ofPlace ? (inode) => fate[inode] === wanted && ofPlace(inode) : (inode) => fate[inode] === wanted;
}
