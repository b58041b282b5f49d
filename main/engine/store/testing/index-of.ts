import type { LayerIndex } from '../../archive/layer-index.ts';

/** An index of `count` files below the root, with values that differ in every column. */
export function indexOf(diffId: string, count = 3): LayerIndex {
  const names = new TextEncoder().encode(Array.from({ length: count }, (_, i) => `f${i % 10}`).join(''));
  const each = <T>(Type: { from(values: number[]): T }, value: (i: number) => number, length = count): T =>
    Type.from(Array.from({ length }, (_, i) => value(i)));
  return {
    diffId,
    tarBytes: 1024 * count,
    warnings: ['odd'],
    nodeCount: count + 1,
    nodeParent: new Uint32Array(count + 1),
    nodeName: each(Uint32Array, (i) => Math.max(0, i - 1) * 2, count + 2),
    names,
    entryCount: count,
    entryNode: each(Uint32Array, (i) => i + 1),
    entryKind: each(Uint8Array, (i) => i % 8),
    entryMode: each(Uint16Array, () => 0o644),
    entryUid: each(Uint8Array, (i) => i % 256),
    entryGid: each(Uint32Array, (i) => 2 ** 32 - 1 - i),
    entrySize: each(Float64Array, (i) => 2 ** 33 + i),
    entryMtime: each(Float64Array, (i) => -i),
    entryHash: each(Uint32Array, (i) => 2 ** 32 - 1 - i, count * 4),
    entryTarget: each(Int32Array, () => -1),
    entryXattrs: each(Int32Array, (i) => i),
    stringOffset: Uint32Array.of(0, 3),
    strings: new TextEncoder().encode('abc'),
    recordEntry: Uint8Array.of(0, 2),
    recordKind: Uint8Array.of(4, 0),
    recordOffset: Uint16Array.of(0, 5, 700),
    records: new TextEncoder().encode('pa\n'.padEnd(700, 'x')),
  };
}
