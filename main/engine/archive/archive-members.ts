import { posix } from 'node:path';
import type { LayerscopeError } from '../../../shared/api/errors.ts';
import { limits } from './limits.ts';
import { notAnImage } from './not-an-image.ts';
import { incomplete } from './oci.ts';
import { limitExceeded } from './tar-error.ts';
import { type TarHeader, TypeFlag } from './tar-header.ts';

/** Links from one member to the next that are followed. */
const maxLinks = 16;

/** The members of an archive by their normal paths; of two with one path the last counts. */
export class ArchiveMembers<T> {
  readonly #name: string;
  /** A string is the path that a link leads to: legacy archives store a layer once and link its other names to it. */
  readonly #members = new Map<string, { readonly value: T } | string>();
  #count = 0;

  /** `name` is what messages call the archive. */
  constructor(name: string) {
    this.#name = name;
  }

  /** Takes note of a member, and where it is a link of what it leads to. Returns its path; undefined unless it is a file. */
  begin(header: TarHeader): string | undefined {
    this.#count += 1;
    if (this.#count > limits.members) {
      const what = `more than ${limits.members} files`;
      if (this.#resemblesImage()) throw limitExceeded({ name: this.#name }, `has ${what}`, 'members');
      throw notAnImage(this.#name, `a tar of ${what}`);
    }
    const path = normalPath(header.pathBytes, header.pathStart, header.pathEnd);
    if (header.type === TypeFlag.File) return path;
    if (header.type === TypeFlag.Symlink || header.type === TypeFlag.HardLink) {
      const target = normalPath(header.linkBytes, header.linkStart, header.linkEnd);
      const folder = header.type === TypeFlag.Symlink ? posix.dirname(path) : '';
      this.#members.set(path, posix.join(folder, target));
    }
    return undefined;
  }

  set(path: string, value: T): void {
    this.#members.set(path, { value });
  }

  /** A member by its path, links followed; undefined where there is none. */
  get(path: string): T | undefined {
    let at = posix.normalize(path).replace(/^\/+/, '');
    for (let links = 0; links <= maxLinks; links += 1) {
      const member = this.#members.get(at);
      if (typeof member !== 'string') return member?.value;
      at = member;
    }
    return undefined;
  }

  /** The files among them. */
  *files(): Generator<readonly [path: string, value: T]> {
    for (const [path, member] of this.#members) {
      if (typeof member !== 'string') yield [path, member.value];
    }
  }

  /** Why there is no image, where there is neither `manifest.json` nor `index.json`. */
  noManifest(): LayerscopeError {
    if (this.#resemblesImage()) return incomplete(this.#name, 'manifest.json or index.json');
    return notAnImage(this.#name, 'a tar of other files, perhaps of a single layer');
  }

  /** Whether a member has a path that image archives have. */
  #resemblesImage(): boolean {
    const paths = [...this.#members.keys()];
    return paths.some((path) => /^(oci-layout|repositories|blobs\/sha256\/.*|[^/]+\/layer\.tar)$/.test(path));
  }
}

function normalPath(bytes: Uint8Array, start: number, end: number): string {
  return posix.normalize(Buffer.from(bytes.subarray(start, end)).toString()).replace(/^\/+|\/+$/g, '');
}
