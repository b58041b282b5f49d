import { Readable } from 'node:stream';
import { LayerscopeError } from '../../../shared/api/errors.ts';
import { fileSync, type SyncFolder } from './buildkit/file-sync.ts';
import type { GrpcMethods } from './buildkit/grpc-server.ts';

/** A build context that BuildKit fetches through the session: only what it does not have from the last build travels. */
export interface ContextFiles {
  readonly context: SyncFolder;
  /** Holds the Dockerfile, and its `.dockerignore` where the engine is to have one. */
  readonly dockerfile: SyncFolder;
  /**
   * What the engine keeps of a context is found again by it: the same for the same folder. Builds at the same time may have
   * the same; those whose contexts are different should not.
   */
  readonly sharedKey: string;
  /** The same as a tar, with the path of the Dockerfile in it: for an engine without sessions (Podman). */
  tar(): Promise<{ readonly stream: Readable; readonly dockerfile: string }>;
}

interface ContextRequest {
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Readable | undefined;
}

/** How the context of one build reaches the engine. */
export interface ContextSender {
  readonly sharedKey: string | undefined;
  /** What the session serves of it. */
  readonly methods: GrpcMethods;
  /** The part of `POST /build` that is about it. */
  request(session: { readonly id: string | undefined }): Promise<ContextRequest>;
  /** Nothing more is read. */
  destroy(): void;
}

const tarHeaders = { 'Content-Type': 'application/x-tar' };

/** `fail` is told what cannot be read of it: BuildKit would only say that its own call failed. */
export function sendContext(
  context: Readable | ContextFiles,
  dockerfile: string,
  fail: (error: LayerscopeError) => void,
): ContextSender {
  let tar: Readable | undefined;
  const take = (stream: Readable) => {
    tar = stream;
    stream.once('error', (error) => fail(contextError(error)));
  };
  if (context instanceof Readable) take(context);
  const files = context instanceof Readable ? undefined : context;
  return {
    sharedKey: files?.sharedKey,
    methods: files
      ? fileSync({ context: failing(files.context, fail), dockerfile: failing(files.dockerfile, fail) })
      : {},
    async request(session): Promise<ContextRequest> {
      if (!files) return { query: { dockerfile }, headers: tarHeaders, body: tar };
      if (session.id !== undefined) return { query: { dockerfile, remote: 'client-session' }, headers: {} };
      const packed = await files.tar();
      take(packed.stream);
      return { query: { dockerfile: packed.dockerfile }, headers: tarHeaders, body: packed.stream };
    },
    destroy: () => tar?.destroy(),
  };
}

function failing(folder: SyncFolder, fail: (error: LayerscopeError) => void): SyncFolder {
  const told = (error: unknown) => {
    const failure = contextError(error instanceof Error ? error : new Error(String(error)));
    fail(failure);
    return failure;
  };
  async function* pieces(content: AsyncIterable<Uint8Array>) {
    try {
      yield* content;
    } catch (error) {
      throw told(error);
    }
  }
  return {
    entries: folder.entries,
    async read(index) {
      try {
        const content = await folder.read(index);
        return content instanceof Uint8Array ? content : pieces(content);
      } catch (error) {
        throw told(error);
      }
    },
  };
}

function contextError(error: Error): LayerscopeError {
  if (error instanceof LayerscopeError) return error;
  return new LayerscopeError(
    {
      code: 'context-invalid',
      message: `The build context could not be read: ${error.message}`,
      hint: 'See that its files are there and can be read, and build again',
    },
    { cause: error },
  );
}
