import { randomUUID } from 'node:crypto';
import type { ErrorInfo, LayerscopeError } from '../../../../shared/api/errors.ts';
import { parseDockerfile } from '../../project/parse-dockerfile.ts';
import type { BuildRequest } from '../build.ts';
import type { DockerEngine } from '../docker-engine.ts';
import { labels } from '../image-tag.ts';
import { contextOf } from './context.ts';

export interface BuiltOnce {
  readonly error: ErrorInfo | undefined;
  /** What the steps printed. */
  readonly log: string;
}

type Options = Partial<Pick<BuildRequest, 'secrets' | 'ssh' | 'noCache' | 'pull' | 'signal'>> & {
  readonly files?: Readonly<Record<string, string>>;
  readonly onLog?: () => void;
  /** Before each of the builds. */
  readonly prepare?: () => Promise<void>;
};

/**
 * Builds a Dockerfile in each way that the engine has and expects them to end alike: into the engine, from where it is
 * removed again, and by handing blobs over. `NONCE` in it is another word each time, so that nothing comes from the cache.
 */
export async function buildOnce(
  engine: DockerEngine,
  dockerfile: string,
  options: Options = {},
): Promise<BuiltOnce[]> {
  const results = [await buildInto(engine, dockerfile, options)];
  if (engine.status.imageStore === 'containerd') results.push(await handOver(engine, dockerfile, options));
  return results;
}

async function buildInto(engine: DockerEngine, dockerfile: string, options: Options): Promise<BuiltOnce> {
  const folder = `/nonexistent/ls-docker-${randomUUID()}`;
  try {
    return await ended(options, dockerfile, (request) =>
      engine.build({ ...request, labels: { [labels.folder]: folder } }),
    );
  } finally {
    await engine.removeBuilt({ folder });
  }
}

function handOver(engine: DockerEngine, dockerfile: string, options: Options): Promise<BuiltOnce> {
  return ended(options, dockerfile, (request) =>
    engine.exportBuild({ ...request, take: async () => 'known' }),
  );
}

async function ended(
  { files, onLog, prepare, ...options }: Options,
  text: string,
  build: (request: BuildRequest) => Promise<unknown>,
): Promise<BuiltOnce> {
  const dockerfile = text.replaceAll('NONCE', randomUUID());
  let log = '';
  await prepare?.();
  const error = await build({
    ...options,
    context: contextOf({ Dockerfile: dockerfile, ...files }),
    dockerfile: 'Dockerfile',
    source: parseDockerfile(dockerfile, { path: 'Dockerfile', context: '.' }),
    network: 'host',
    onEvent: (event) => {
      if (event.type !== 'log') return;
      log += event.text;
      onLog?.();
    },
  }).then(
    () => undefined,
    (error: LayerscopeError) => error.info,
  );
  return { error, log };
}
