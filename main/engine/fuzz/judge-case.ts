import { isDeepStrictEqual } from 'node:util';
import type { ImageFacts } from '../../../shared/model/image-document.ts';
import { type NaiveFilesystem, naiveMerge } from '../filesystem/testing/naive-merge.ts';
import type { Store } from '../store/open-store.ts';
import { type Look, look, lookInChunks, lookWithStore } from './look.ts';
import type { FuzzCase } from './make-case.ts';
import { listedBytes, streamedItems, streamsOtherwise } from './second-reading.ts';

/** What sound archives hold, by image id. */
export type Originals = ReadonlyMap<string, ImageFacts>;

export interface Verdict {
  /** `read`, or the error's code. */
  readonly outcome: string;
  /** How the result was held against another reading, if it was. */
  readonly second?: 'merged' | 'summed';
}

/**
 * Reads a case in every way and throws where there is a defect: numbers that do not reconcile, that differ between ways
 * of reading or from an independent reading, or that are wrong though digests cover what was changed.
 */
export async function judgeCase(made: FuzzCase, originals: Originals, store: Store): Promise<Verdict> {
  const verified = await look(made.path, made.choice, true);
  const unverified = await look(made.path, made.choice, false);
  for (const seen of [verified, unverified]) if (!seen.error) reconcile(seen);
  if (made.bytes && made.chunks.length > 0) {
    const chunked = await lookInChunks(made.bytes, made.path, made.choice, made.chunks);
    same(outcomeOf(verified), outcomeOf(chunked), 'in chunks');
    if (!verified.error && !chunked.error) same(verified.facts, chunked.facts, 'in chunks');
  }
  if (made.cached) judgeCached(await lookWithStore(made.path, made.choice, store), made, originals);
  if (verified.error) {
    judgeUnverified(unverified, originals);
    return { outcome: verified.error.code };
  }
  if (unverified.error) throw new Error(`Only without verification: ${unverified.error.message}`);
  same(verified.facts, unverified.facts, 'without verification');
  const original = originals.get(verified.facts.id);
  if (original) sameAsOriginal(verified, original, made);
  else if (made.covered)
    throw new Error('An image that is not the original, though digests cover what was changed');
  return { outcome: 'read', second: await holdAgainstSecondReading(verified, made) };
}

/** Without verification numbers may be of changed layers, but of no others than the archive then holds. */
function judgeUnverified(seen: Look, originals: Originals): void {
  if (seen.error) return;
  const original = originals.get(seen.facts.id);
  if (!original) return;
  same(seen.facts.config, original.config, 'the config of a known id');
  same(
    seen.facts.layers.map(({ diffId }) => diffId),
    original.layers.map(({ diffId }) => diffId),
    'known diff_ids',
  );
}

/** A layer that is known need not be read, so damage may go unseen: numbers may not. */
function judgeCached(seen: Look, made: FuzzCase, originals: Originals): void {
  if (seen.error) return;
  reconcile(seen);
  const original = originals.get(seen.facts.id);
  if (original) sameAsOriginal(seen, original, made);
}

const sum = (numbers: Iterable<number>): number => {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
};

function reconcile({ facts, layers: indexes, warnings }: Extract<Look, { error?: undefined }>): void {
  const { sizes, reclaimableByCause, layers } = facts;
  const missing = indexes.filter((index) => !index).length;
  const warned = warnings.filter(({ code }) => code === 'layer-unavailable').length;
  same(warned >= Math.min(1, missing), true, 'a warning of layers that are not there');
  if (missing > 0) {
    for (const number of [
      sizes.stored,
      sizes.live,
      sizes.reclaimable,
      reclaimableByCause,
      facts.efficiency,
    ]) {
      same(number, null, 'what cannot be known');
    }
    return;
  }
  const { stored, live, reclaimable } = sizes as { stored: number; live: number; reclaimable: number };
  same(stored, sum(layers.map((layer) => layer.stored!)), 'stored by layer');
  same(live, sum(layers.map((layer) => layer.live!)), 'live by layer');
  same(reclaimable, stored - live, 'reclaimable');
  same(reclaimable, sum(Object.values(reclaimableByCause!)), 'reclaimable by cause');
  same(facts.waste!.totalBytes, reclaimable, 'waste');
  same(facts.efficiency, stored === 0 ? 1 : live / stored, 'efficiency');
  for (const layer of layers) same(layer.reclaimable, layer.stored! - layer.live!, 'reclaimable of a layer');
}

function sameAsOriginal(
  seen: Extract<Look, { error?: undefined }>,
  original: ImageFacts,
  made: FuzzCase,
): void {
  if (seen.layers.some((index) => !index)) {
    if (made.covered) throw new Error('A layer is not available, though its blob was only changed');
    return;
  }
  const plain = (facts: ImageFacts) => {
    // Names and the way layers are compressed stand in documents that no digest covers.
    const { compressed: _, ...sizes } = facts.sizes;
    const layers = facts.layers.map((layer) => ({ ...layer, compressed: null }));
    return { ...facts, name: '', sizes, layers };
  };
  same(plain(seen.facts), plain(original), 'what the original says');
}

/** Another reader's numbers, where it takes the layers: tar-stream and the naive merge, or GNU tar's list. */
async function holdAgainstSecondReading(
  seen: Extract<Look, { error?: undefined }>,
  { images }: FuzzCase,
): Promise<Verdict['second']> {
  const stored = seen.facts.layers.map((layer) => layer.stored);
  const image = images?.find(
    ({ layers }) =>
      layers.length === stored.length &&
      seen.facts.layers.every(({ tar }, index) => tar === (layers[index] as Buffer).length),
  );
  if (!image) return undefined;
  const tars = image.layers as readonly Buffer[];
  const items = await Promise.all(tars.map(streamedItems));
  let merge = true;
  let held = true;
  for (const [layer, tar] of tars.entries()) {
    const streamed = items[layer] && sum(items[layer].map(({ content = '' }) => content.length));
    if (streamed === stored[layer]) continue;
    merge = false;
    const listed = listedBytes(tar);
    if (listed === stored[layer]) continue;
    held = false;
    if (listed === undefined && (streamed === undefined || streamsOtherwise(tar))) continue;
    throw new Error(
      `Layer ${layer} stores ${stored[layer]}, but ${streamed} to tar-stream and ${listed} to GNU tar`,
    );
  }
  if (!merge || tars.some(streamsOtherwise)) return held ? 'summed' : undefined;
  const naive = naiveMerge(items as NonNullable<(typeof items)[number]>[]);
  same(seen.facts.sizes.live, naiveLive(naive), 'live of the naive merge');
  return 'merged';
}

function naiveLive({ inodes }: NaiveFilesystem): number {
  return sum(inodes.filter(({ names }) => names.size > 0).map(({ content }) => content.length));
}

const outcomeOf = (seen: Look): string => seen.error?.code ?? 'read';

function same(actual: unknown, wanted: unknown, what: string): void {
  if (isDeepStrictEqual(actual, wanted)) return;
  const text = (value: unknown) => JSON.stringify(value)?.slice(0, 2000);
  throw new Error(`${what}: ${text(actual)} is not ${text(wanted)}`);
}
