import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { HashSeed } from '../archive/content-hash.ts';
import { createContentHash } from '../archive/content-hash.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import type { SyncFolder } from '../docker/buildkit/file-sync.ts';
import type { ContextFiles } from '../docker/send-context.ts';
import {
  type BuildContextOptions,
  type ListedContext,
  listBuildContext,
  packContext,
} from '../project/build-context.ts';
import { fileInMemory } from '../project/context-entries.ts';
import { ContextContents, type RememberedContents } from './context-contents.ts';
import { indexContext } from './index-context.ts';

export interface SharedContextOptions extends BuildContextOptions {
  /** Of the index. */
  readonly hashSeed: HashSeed;
  /** What is known from builds before; default: this thread's. */
  readonly memory?: ContextMemory;
}

/** The context of a Dockerfile as it was listed once, for all builds of one run. */
export interface SharedContext {
  /** `context` of each BuildRequest, with `dockerfile`. */
  readonly files: ContextFiles;
  readonly dockerfile: string;
  /**
   * The index of what was sent, to be asked for when a build has come to its end; undefined where it cannot be indexed. Files
   * that BuildKit had from before this process are read for it; asked for again, it costs nothing.
   */
  index(): Promise<LayerIndex | undefined>;
}

/** What is remembered of contexts, by their shared keys: of the few that were built last. */
export class ContextMemory {
  readonly #contexts = new Map<string, RememberedContents>();

  get(key: string): RememberedContents | undefined {
    return this.#contexts.get(key);
  }

  put(key: string, contents: RememberedContents): void {
    this.#contexts.delete(key);
    this.#contexts.set(key, contents);
    let entries = 0;
    for (const [kept, contents] of [...this.#contexts].reverse()) {
      entries += contents.entries.length;
      if (entries > keptEntries && kept !== key) this.#contexts.delete(kept);
    }
  }
}

/** Of all contexts but one that has more: about 100 MB. */
const keptEntries = 300_000;
const ofProcess = new ContextMemory();

/** Says to BuildKit that nothing is left out: what is, is not told of. It asks for no other ignore file then. */
const nothingIgnored = Buffer.from('# What is left out has been left out already\n');

/**
 * Lists the context of a Dockerfile, for file by file: every build it is given to tells BuildKit the same, and sends what
 * BuildKit does not have. In contrast to the tar of `openBuildContext`, `COPY . .` sees no Dockerfile of another name, and the
 * one of the folder as it is there.
 *
 * Throws LayerscopeError: `context-vanished`, `context-invalid`, `dockerfile-not-found`, `cancelled`.
 */
export async function openSharedContext(options: SharedContextOptions): Promise<SharedContext> {
  const { hashSeed, memory = ofProcess, signal } = options;
  const listed = await listBuildContext(options);
  const sharedKey = sharedKeyOf(listed, hashSeed);
  const contents = await ContextContents.open(
    listed.contextDir,
    listed.entries,
    memory.get(sharedKey),
    hashSeed,
    signal,
  );
  memory.put(sharedKey, contents);
  /** Of an engine that takes no files. */
  let ofTar: (() => LayerIndex | undefined) | undefined;
  const dockerfile = posix.basename(listed.dockerfile);
  return {
    dockerfile,
    files: {
      context: contents,
      dockerfile: dockerfileFolder(dockerfile, listed),
      sharedKey,
      async tar() {
        const packed = packContext(listed, signal);
        const indexed = indexContext(packed.stream, await createContentHash(hashSeed));
        ofTar = indexed.index;
        return { stream: indexed.stream, dockerfile: packed.dockerfile };
      },
    },
    index: async () => (ofTar ? ofTar() : contents.index()),
  };
}

function dockerfileFolder(name: string, { dockerfileContent }: ListedContext): SyncFolder {
  const contents = [dockerfileContent, nothingIgnored];
  return {
    entries: [fileInMemory(name, contents[0]!), fileInMemory(`${name}.dockerignore`, contents[1]!)],
    read: async (index) => contents[index]!,
  };
}

/**
 * What BuildKit keeps a context under: the same for the same folder with the same files left out. The seed is this user's
 * own: the folder cannot be guessed from it, and the same folder of another machine has another one.
 */
function sharedKeyOf({ contextDir, ignoreText }: ListedContext, { low, high }: HashSeed): string {
  return createHash('sha256')
    .update(JSON.stringify([low, high, contextDir, ignoreText]))
    .digest('hex');
}
