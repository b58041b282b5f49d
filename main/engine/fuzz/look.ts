import { type ErrorInfo, type errorCodes, LayerscopeError } from '../../../shared/api/errors.ts';
import { ImageFacts, type Warning } from '../../../shared/model/image-document.ts';
import type { Archive } from '../archive/archive.ts';
import type { ImageChoice } from '../archive/choose-images.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import { openArchive } from '../archive/open-archive.ts';
import { readArchive } from '../archive/read-archive.ts';
import { carriedBytes, type Filesystem } from '../filesystem/filesystem.ts';
import { mergeLayers } from '../filesystem/merge-layers.ts';
import type { ImageRecord } from '../images/image-record.ts';
import { known } from '../images/loaded-image.ts';
import { openArchiveImage } from '../images/open-archive-image.ts';
import { packagesOf } from '../packages/packages-of.ts';
import { imageFacts } from '../report/image-facts.ts';
import type { Store } from '../store/open-store.ts';

/** What came of reading one image: what the commands would print, or an error. */
export type Look =
  | {
      readonly error?: undefined;
      readonly facts: ImageFacts;
      /** Bottom first; undefined: not there. */
      readonly layers: readonly (LayerIndex | undefined)[];
      readonly warnings: readonly Warning[];
    }
  | { readonly error: ErrorInfo };

/** Errors that reading an archive may end with. */
const expected = [
  'archive-unreadable',
  'not-an-image',
  'archive-truncated',
  'archive-damaged',
  'archive-incomplete',
  'digest-mismatch',
  'layer-invalid',
  'limit-exceeded',
  'image-not-found',
  'image-ambiguous',
  'platform-unavailable',
] satisfies (keyof typeof errorCodes)[];

/** Opens an archive or folder and takes one image to what would be printed of it. Throws where there is a defect. */
export function look(path: string, choice: ImageChoice, verify: boolean): Promise<Look> {
  return outcome(async () => seenIn(await openArchive(path, { ...choice, one: true, verify })));
}

/** The same of bytes that come in chunks of these sizes, in turn. */
export function lookInChunks(
  bytes: Buffer,
  path: string,
  choice: ImageChoice,
  sizes: readonly number[],
): Promise<Look> {
  async function* chunks() {
    for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
      const size = sizes[turn % sizes.length]!;
      yield bytes.subarray(at, at + size);
      at += size;
    }
  }
  const options = { ...choice, one: true, verify: true, name: path };
  return outcome(async () => seenIn(await readArchive(chunks(), options)));
}

/** The same as the app does it: with layers that the cache has, and into it what is new and verified. */
export function lookWithStore(path: string, { image, platform }: ImageChoice, store: Store): Promise<Look> {
  return outcome(async () => {
    const { image: read, warnings } = await openArchiveImage({
      store,
      known: known([], store),
      source: { kind: 'archive', path, image },
      platform,
      signal: new AbortController().signal,
    });
    return seen(read.record, read.indexes, warnings);
  });
}

async function outcome(read: () => Promise<Look>): Promise<Look> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof LayerscopeError)) throw error;
    checkError(error.info);
    return { error: error.info };
  }
}

function seenIn({ images, warnings }: Archive): Look {
  const image = images[0]!;
  const record = { ...image, name: image.names[0] ?? 'image', layers: [...image.layers] };
  return seen(
    record,
    image.layers.map(({ index }) => index),
    warnings,
  );
}

function seen(
  record: ImageRecord,
  layers: readonly (LayerIndex | undefined)[],
  warnings: readonly Warning[],
): Look {
  const filesystem = mergeLayers(layers);
  const facts = ImageFacts.parse(imageFacts(record, filesystem, 20));
  checkPackages(filesystem);
  return { facts, layers, warnings: [...warnings, ...filesystem.warnings] };
}

/** Each file is of one package at most, and they and the rest sum to what is live. */
function checkPackages(fs: Filesystem): void {
  const { list, ofNode } = packagesOf(fs);
  const bytes = new Float64Array(list.length + 1);
  for (const [node, owner] of ofNode.entries()) bytes[owner + 1]! += carriedBytes(fs, node);
  const sum = bytes.reduce((sum, owned) => sum + owned, 0);
  if (fs.totals && sum !== fs.totals.live)
    throw new Error(`Packages and the rest have ${sum} of ${fs.totals.live}`);
}

/** An error is one line that a terminal can take, of a code that belongs here. */
function checkError({ code, message, hint }: ErrorInfo): void {
  if (!(expected as readonly string[]).includes(code))
    throw new Error(`An archive ended with ${code}: ${message}`);
  const text = message + hint;
  if (/[\0-\x1f\x7f-\x9f]/.test(text)) throw new Error(`Control characters in ${JSON.stringify(text)}`);
  if (text.length > 5000) throw new Error(`An error of ${text.length} characters: ${text.slice(0, 200)}`);
}
