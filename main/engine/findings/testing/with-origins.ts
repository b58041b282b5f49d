import type { FileOrigin } from '../../../../shared/model/origin.ts';
import type { Filesystem } from '../../filesystem/filesystem.ts';
import type { LayerOwner } from '../../stages/attribute-layers.ts';

/** What a layer's content is from: `base:REF`, `context`, `stage:INDEX`. */
export type LayerOrigin = string;

/** The image with an origin for each of its layers, bottom first. */
export function withOrigins(fs: Filesystem, ...layers: readonly LayerOrigin[]): Filesystem {
  const sources = layers.map((id): FileOrigin => {
    const [kind = '', ...name] = id.split(':');
    return {
      kind: kind as FileOrigin['kind'],
      id,
      name: name.join(':') || kind,
      stage: 0,
      line: 1,
      endLine: 1,
      rule: 'exact',
      through: [0],
    };
  });
  return {
    ...fs,
    origins: {
      sources,
      ofInode: Uint16Array.from({ length: fs.inodes.count }, (_, inode) => fs.inodes.layer[inode]!),
      owners: sources.map(
        ({ kind, name }, line): LayerOwner =>
          kind === 'base'
            ? { kind, reference: name, stage: 0, line: 1 }
            : { kind: 'instruction', stage: 0, line: line + 1, endLine: line + 1 },
      ),
      fate: new Uint8Array(fs.inodes.count),
    },
  };
}
