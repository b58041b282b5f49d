import fc from 'fast-check';
import { type FileOrigin, originKinds } from '../../../../shared/model/origin.ts';
import type { LayerOwner } from '../../stages/attribute-layers.ts';
import { FateId } from '../../stages/origins.ts';
import type { Filesystem } from '../filesystem.ts';

/** Origins that the content of any image may have, whether any build could have made them so or not. */
export interface GeneratedOrigins {
  readonly sources: readonly FileOrigin[];
  readonly owners: readonly (LayerOwner | undefined)[];
  /** Of inode i the one at i modulo their number: an index into the sources, and what it became if it is live. */
  readonly ofInode: readonly number[];
  readonly fate: readonly Exclude<keyof typeof FateId, 'dead'>[];
}

// Few of all, so that filters meet them.
const stage = fc.nat({ max: 2 });
const line = fc.integer({ min: 1, max: 3 });

const someSource = fc
  .record({
    kind: fc.constantFrom(...originKinds),
    name: fc.constantFrom('a', 'b'),
    stage,
    line,
    through: fc.uniqueArray(stage, { minLength: 1 }),
  })
  .map(({ kind, name, through, ...place }): FileOrigin => {
    const ids = { base: `base:${name}`, external: `external:${name}`, stage: `stage:${through[0]}` };
    const id = kind === 'context' || kind === 'untraced' ? kind : ids[kind];
    return {
      kind,
      id,
      name,
      ...place,
      endLine: place.line,
      rule: kind === 'untraced' ? null : 'exact',
      through,
    };
  });

const someOwner = fc.oneof(
  fc.constant(undefined),
  fc.record({ kind: fc.constant('base' as const), reference: fc.constantFrom('a', 'b'), stage, line }),
  fc.record({ kind: fc.constant('instruction' as const), stage, line, endLine: line }),
);

export const someOrigins = (layers: number): fc.Arbitrary<GeneratedOrigins> =>
  fc.array(someSource, { minLength: 1, maxLength: 5 }).chain((sources) =>
    fc.record({
      sources: fc.constant(sources),
      owners: fc.array(someOwner, { minLength: layers, maxLength: layers }),
      ofInode: fc.array(fc.nat(sources.length - 1), { minLength: 1, maxLength: 7 }),
      fate: fc.array(fc.constantFrom('shared', 'reached', 'leftBehind'), { minLength: 1, maxLength: 5 }),
    }),
  );

/** The image, its content having these origins. */
export function withOrigins(
  fs: Filesystem,
  { sources, owners, ofInode, fate }: GeneratedOrigins,
): Filesystem {
  const { links, count } = fs.inodes;
  const inodes = Array.from({ length: count }, (_, inode) => inode);
  return {
    ...fs,
    origins: {
      sources,
      owners,
      ofInode: Uint16Array.from(inodes, (inode) => ofInode[inode % ofInode.length]!),
      fate: Uint8Array.from(inodes, (inode) =>
        links[inode] === 0 ? FateId.dead : FateId[fate[inode % fate.length]!],
      ),
    },
  };
}
