import type { Filesystem } from '../filesystem/filesystem.ts';
import { FateId } from './origins.ts';
import { keepsOrigins, type TracedStage } from './trace-stage.ts';

/**
 * What became of every inode of the stages that an image needed: in a layer in common, copied on until it is in the image,
 * or left behind. `order` has stages before those that take from them; the last is the image's own.
 */
export function stageFates(order: readonly TracedStage[]): ReadonlyMap<number, Uint8Array> {
  const target = order.at(-1)!;
  const final = new Set(target.image.filesystem.layers.map((layer) => layer?.diffId));
  const marks = markReached(order);
  return new Map(
    order.map(({ image }) => [image.index, fatesOf(image.filesystem, marks.get(image.index)!, final)]),
  );
}

function fatesOf(fs: Filesystem, reached: Uint8Array, final: ReadonlySet<string | undefined>): Uint8Array {
  const { layers, inodes } = fs;
  const inFinal = layers.map((layer) => final.has(layer?.diffId));
  const fate = new Uint8Array(inodes.count);
  for (let inode = 0; inode < fate.length; inode++) {
    if (inodes.links[inode] === 0) fate[inode] = FateId.dead;
    else if (inFinal[inodes.layer[inode]!]) fate[inode] = FateId.shared;
    else fate[inode] = reached[inode] === 1 ? FateId.reached : FateId.leftBehind;
  }
  return fate;
}

/** 1 for each inode of a stage of which a copy is live in the image, by stage. */
function markReached(order: readonly TracedStage[]): ReadonlyMap<number, Uint8Array> {
  const marks = new Map(
    order.map(({ image }) => [image.index, new Uint8Array(image.filesystem.inodes.count)]),
  );
  const target = order.at(-1)!;
  const { links } = target.image.filesystem.inodes;
  const live = marks.get(target.image.index)!;
  for (let inode = 0; inode < live.length; inode++) if (links[inode]! > 0) live[inode] = 1;
  for (const stage of order.toReversed()) passOn(stage, marks);
  return marks;
}

/** Hands the marks of a stage to where its inodes are from. */
function passOn({ image, copies, below: stage }: TracedStage, marks: ReadonlyMap<number, Uint8Array>): void {
  const { owners } = image;
  const { copyUps, inodes } = image.filesystem;
  const own = marks.get(image.index)!;
  const keeps = owners.map(keepsOrigins);
  // The last first: what was copied up may have been copied up before.
  for (let row = copyUps.inode.length - 1; row >= 0; row--) {
    const inode = copyUps.inode[row]!;
    if (own[inode] === 1 && keeps[inodes.layer[inode]!]) own[copyUps.of[row]!] = 1;
  }
  for (const { stage, firstInode, source } of copies) {
    const there = marks.get(stage);
    if (!there) continue;
    for (let at = 0; at < source.length; at++) {
      if (own[firstInode + at] === 1 && source[at]! >= 0) there[source[at]!] = 1;
    }
  }
  const below = stage === undefined ? undefined : marks.get(stage);
  if (!below) return;
  for (let i = 0; i < below.length; i++) if (own[i] === 1) below[i] = 1;
}
