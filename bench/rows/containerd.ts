import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine.ts';
import { buildAll, buildFolder, edit, projectFolder, withOwnCache } from '../go-project.ts';
import { interleaved } from '../measure/interleaved.ts';
import { measureProcess } from '../measure/measure-process.ts';
import type { Measured } from '../measure/measured.ts';
import type { BenchContext, Outcome, Row } from '../row.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Whole processes on an engine whose images are in containerd. */
export const containerdRows: readonly Row[] = [
  {
    name: 'containerd-three',
    work: 'engine with the containerd store: three variants built here, nothing indexed',
    target: { ratio: 0.3, peakMB: 200 },
    measure: threeVariants,
  },
  {
    name: 'containerd-again',
    work: 'the same again, nothing changed',
    target: { ms: 250 },
    measure: nothingChanged,
  },
  {
    name: 'containerd-edit',
    work: 'there, from a one-line edit to the whole new comparison',
    target: { ms: 800 },
    measure: oneLineChanged,
  },
  {
    name: 'containerd-run-layer',
    work: 'there, a layer of 520 MB that a RUN makes, for the first time',
    target: { ratio: 0.7, peakMB: 200 },
    measure: newLayer,
  },
];

/** Each side has a folder of its own: what the docker command has compressed for its images would come compressed to us. */
async function threeVariants(context: BenchContext): Promise<Outcome> {
  const engine = await context.engine('newest');
  await using our = await projectFolder();
  await using their = await projectFolder();
  const { ours, theirs } = await interleaved(context, {
    ours: () => withOwnCache((cache) => buildFolder(context, engine, our.path, cache)),
    theirs: () => builtAndSaved(context, engine, () => buildAll(engine, their.path)),
  });
  return {
    ours,
    baseline: { name: 'docker build of all 3, and one docker save of them', runs: theirs },
    note: 'all steps cached',
  };
}

async function nothingChanged(context: BenchContext): Promise<Outcome> {
  const engine = await context.engine('newest');
  await using folder = await projectFolder();
  await using cache = await temporaryFolder();
  // The round that is not counted is the first build.
  return await interleaved(context, {
    ours: () => buildFolder(context, engine, folder.path, cache.path),
  });
}

async function oneLineChanged(context: BenchContext): Promise<Outcome> {
  const engine = await context.engine('newest');
  await using folder = await projectFolder();
  await using cache = await temporaryFolder();
  const { ours } = await interleaved(context, {
    ours: async () => {
      await edit(folder.path);
      return buildFolder(context, engine, folder.path, cache.path);
    },
  });
  return { ours, note: 'a whole process, `go build` in two variants included' };
}

const blobDockerfile = `FROM debian:bookworm-slim
ARG SEED
RUN for part in $(seq 130); do head -c 4000000 /dev/urandom > /srv/$SEED.$part; done
`;

async function newLayer(context: BenchContext): Promise<Outcome> {
  const engine = await context.engine('newest');
  await using folder = await temporaryFolder();
  await using cache = await temporaryFolder();
  await writeFile(join(folder.path, 'Dockerfile'), blobDockerfile);
  let seeds = 0;
  const seed = () => `SEED=${process.pid}n${++seeds}`;
  const name = 'layerscope-bench:blob';
  const build = ['build', '-q', '--network=host', '-t', name, folder.path];
  const { ours, theirs } = await interleaved(context, {
    ours: () => buildFolder(context, engine, folder.path, cache.path, '--build-arg', seed()),
    theirs: () =>
      builtAndSaved(context, engine, async () => {
        await engine.ask(...build, '--build-arg', seed());
        return [name];
      }),
  });
  await engine.ask('rmi', name);
  await engine.ask('builder', 'prune', '--force');
  return {
    ours,
    baseline: { name: 'docker build and docker save', runs: theirs },
    note: 'its RUN included; what it holds cannot be compressed',
  };
}

/** Images built by the docker command and sent to nowhere by another. */
async function builtAndSaved(
  { signal }: BenchContext,
  engine: Engine,
  build: () => Promise<readonly string[]>,
): Promise<Measured> {
  const began = performance.now();
  const images = await build();
  const builtMs = performance.now() - began;
  const { ms } = await measureProcess(engine.docker('save', ...images), signal);
  return { ms: builtMs + ms, peakBytes: null };
}
