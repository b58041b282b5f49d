import { type ErrorInfo, type errorCodes, LayerscopeError } from '../../../shared/api/errors.ts';
import { ImageFacts, type Warning } from '../../../shared/model/image-document.ts';
import type { Archive, ArchiveImage } from '../archive/archive.ts';
import type { ImageChoice } from '../archive/choose-images.ts';
import { openArchive } from '../archive/open-archive.ts';
import { readArchive } from '../archive/read-archive.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { mergeLayers } from '../filesystem/merge-layers.ts';
import { imageFacts } from '../report/image-facts.ts';

/** What came of reading one image: what the commands would print, or an error. */
export type Look =
  | {
      readonly error?: undefined;
      readonly facts: ImageFacts;
      readonly filesystem: Filesystem;
      readonly image: ArchiveImage;
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
  return outcome(() => openArchive(path, { ...choice, one: true, verify }));
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
  return outcome(() => readArchive(chunks(), { ...choice, one: true, verify: true, name: path }));
}

async function outcome(read: () => Promise<Archive>): Promise<Look> {
  try {
    const archive = await read();
    return seen(archive.images[0]!, archive.warnings);
  } catch (error) {
    if (!(error instanceof LayerscopeError)) throw error;
    checkError(error.info);
    return { error: error.info };
  }
}

function seen(image: ArchiveImage, warnings: readonly Warning[]): Look {
  const filesystem = mergeLayers(image.layers.map(({ index }) => index));
  const record = { ...image, name: image.names[0] ?? 'image', layers: [...image.layers] };
  const facts = ImageFacts.parse(imageFacts(record, filesystem, 20));
  return { facts, filesystem, image, warnings: [...warnings, ...filesystem.warnings] };
}

/** An error is one line that a terminal can take, of a code that belongs here. */
function checkError({ code, message, hint }: ErrorInfo): void {
  if (!(expected as readonly string[]).includes(code))
    throw new Error(`An archive ended with ${code}: ${message}`);
  const text = message + hint;
  if (/[\0-\x1f\x7f-\x9f]/.test(text)) throw new Error(`Control characters in ${JSON.stringify(text)}`);
  if (text.length > 5000) throw new Error(`An error of ${text.length} characters: ${text.slice(0, 200)}`);
}
