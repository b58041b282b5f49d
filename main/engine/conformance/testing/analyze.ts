import { localApi } from '../../../../shared/api/connection.ts';
import type { Api } from '../../../../shared/api/contract.ts';
import type { FileRow } from '../../../../shared/model/files.ts';
import type { ImageDocument } from '../../../../shared/model/image-document.ts';
import { createEngine } from '../../engine.ts';

export interface AnalyzeRequest {
  readonly path: string;
  readonly image?: string;
  readonly platform?: string;
  readonly verify?: boolean;
  readonly top?: number;
  /** Where the cache is; without it nothing is remembered from one call to the next. */
  readonly cacheFolder?: string;
  readonly stdin?: AsyncIterable<Uint8Array>;
}

export interface Analyzed {
  readonly document: ImageDocument;
  /** Everything live but the root, by path. */
  readonly tree: Readonly<Record<string, FileRow>>;
}

/** Lends a new engine without an engine to connect to, whose results are held against the contract. */
export async function withApi<T>(
  { cacheFolder, stdin }: Pick<AnalyzeRequest, 'cacheFolder' | 'stdin'>,
  use: (api: Api) => Promise<T>,
): Promise<T> {
  const engine = createEngine({
    version: '0.0.0',
    dockerHost: 'unix:///no/such.sock',
    cacheStore: cacheFolder !== undefined,
    ...(cacheFolder !== undefined && { cacheFolder }),
    ...(stdin && { stdin }),
  });
  try {
    return await use(localApi(engine.handlers, { strict: true }));
  } finally {
    await engine.close();
  }
}

export async function openWith(api: Api, { path, image, platform, verify, top }: AnalyzeRequest) {
  return api.call('image.open', {
    source: {
      kind: 'archive',
      path,
      ...(image !== undefined && { image }),
      ...(verify !== undefined && { verify }),
    },
    ...(platform !== undefined && { platform }),
    ...(top !== undefined && { top }),
  });
}

/** Opens an archive as `analyze` does, and walks the files it holds. */
export async function analyze(request: AnalyzeRequest): Promise<Analyzed> {
  return withApi(request, async (api) => {
    const { handle, document } = await openWith(api, request);
    const tree: Record<string, FileRow> = {};
    const walk = async (path: string) => {
      const page = { handle, path, sort: 'name', offset: 0, limit: 1000 } as const;
      for (const row of (await api.call('files.list', page)).rows) {
        tree[row.path] = row;
        if (row.kind === 'directory') await walk(row.path);
      }
    };
    await walk('/');
    return { document, tree };
  });
}

/** The error that opening ends with; one with the code `none` where it does not. */
export async function failure(request: AnalyzeRequest) {
  return withApi(request, (api) => openWith(api, request)).then(
    () => ({ code: 'none', message: '', hint: '' }),
    (error) => error.info ?? error,
  );
}
