import type { LayerscopeError } from '../../../shared/api/errors.ts';
import { type Extent, extentHead } from './extent.ts';
import { limits } from './limits.ts';
import { damaged } from './oci.ts';
import { describeContent, sniff, sniffLength } from './sniff.ts';
import { limitExceeded } from './tar-error.ts';

/** The files of an archive that can be read in any order: a plain tar on disk, or an OCI folder. */
export interface ArchiveFiles {
  /** What messages call the whole. */
  readonly name: string;
  /** Where a file's bytes lie, valid until the archive is closed; undefined where there is none. Throws `archive-truncated` where it may have been cut off. */
  extent(path: string): Promise<Extent | undefined>;
  /** A small file's bytes; undefined where there is none. */
  document(path: string): Promise<Uint8Array | undefined>;
  /** The error that something is not there which should be. */
  missing(what: string): LayerscopeError;
  /** Why there is no image, where there is neither `manifest.json` nor `index.json`. */
  noManifest(): LayerscopeError;
}

/** The bytes of a JSON document; throws for what is too large, or plainly something else. */
export function readDocument(name: string, path: string, extent: Extent): Uint8Array {
  if (extent.size > limits.json) {
    throw limitExceeded({ name }, `has a ${JSON.stringify(path)} of ${extent.size} bytes`, 'json');
  }
  const bytes = extentHead(extent, extent.size);
  assertDocument(name, path, bytes.subarray(0, sniffLength));
  return bytes;
}

function assertDocument(name: string, path: string, head: Uint8Array): void {
  const content = sniff(head);
  if (content === 'json') return;
  const layer = content === 'tar' || content === 'gzip' || content === 'zstd';
  const what = layer ? 'a layer' : describeContent(head);
  throw damaged(`${path} of ${name} is ${what}, not a JSON document`);
}
