import type { Engine } from '../engine.ts';
import { buildAll, buildFolder, edit, projectFolder, single, withOwnCache } from '../go-project.ts';
import { interleaved } from '../measure/interleaved.ts';
import { measureProcess } from '../measure/measure-process.ts';
import type { Measured } from '../measure/measured.ts';
import { layerscope } from '../programs.ts';
import type { BenchContext, Outcome, Row } from '../row.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export const engineRows: readonly Row[] = [
  {
    name: 'engine-one',
    work: 'image in the engine, nothing cached',
    target: { ratio: 1.1 },
    measure: oneImage,
  },
  {
    name: 'engine-three',
    work: 'three variants sharing a base, nothing cached',
    target: { ratio: 1.1 },
    measure: threeVariants,
  },
  {
    name: 'engine-again',
    work: 'the same again, nothing changed',
    target: { ms: 300 },
    measure: nothingChanged,
  },
  {
    name: 'engine-edit',
    work: 'a folder rebuilt after a one-line change',
    target: { ratio: 1 },
    measure: oneLineChanged,
  },
];

async function oneImage(context: BenchContext): Promise<Outcome> {
  const engine = await context.engine();
  await using folder = await projectFolder();
  const name = 'layerscope-bench:single';
  await engine.ask('build', '-q', '--network=host', '-t', name, '-f', single(folder.path), folder.path);
  const { ours, theirs } = await interleaved(context, {
    ours: () =>
      withOwnCache((cache) =>
        measureProcess(
          layerscope(['analyze', name, '--json', '--docker-host', engine.host], { XDG_CACHE_HOME: cache }),
          context.signal,
        ),
      ),
    theirs: () => measureProcess(engine.docker('save', name), context.signal),
  });
  return { ours, baseline: { name: 'docker save', runs: theirs } };
}

async function threeVariants(context: BenchContext): Promise<Outcome> {
  const engine = await context.engine();
  await using folder = await projectFolder();
  const build = () => withOwnCache((cache) => buildFolder(context, engine, folder.path, cache));
  await build();
  const images = await builtImages(engine, folder.path);
  const { ours, theirs } = await interleaved(context, {
    ours: build,
    theirs: () => measureProcess(engine.docker('save', ...images), context.signal),
  });
  return {
    ours,
    baseline: { name: `docker save of all ${images.length}`, runs: theirs },
    note: 'with the builds, all steps cached',
  };
}

async function nothingChanged(context: BenchContext): Promise<Outcome> {
  const engine = await context.engine();
  await using folder = await projectFolder();
  await using cache = await temporaryFolder();
  // The round that is not counted is the first build.
  return await interleaved(context, {
    ours: () => buildFolder(context, engine, folder.path, cache.path),
  });
}

/** The limit is the build, and 1.1 × a save of what changed: the baseline's time is that sum, the ratio wanted is 1. */
async function oneLineChanged(context: BenchContext): Promise<Outcome> {
  const engine = await context.engine();
  await using folder = await projectFolder();
  await using cache = await temporaryFolder();
  const { ours, theirs } = await interleaved(context, {
    ours: async () => {
      await edit(folder.path);
      return buildFolder(context, engine, folder.path, cache.path);
    },
    theirs: async (): Promise<Measured> => {
      await edit(folder.path);
      const began = performance.now();
      const images = await buildAll(engine, folder.path);
      const builtMs = performance.now() - began;
      const { ms } = await measureProcess(engine.docker('save', ...images), context.signal);
      return { ms: builtMs + 1.1 * ms, peakBytes: null };
    },
  });
  return { ours, baseline: { name: 'docker build, and 1.1 × docker save', runs: theirs } };
}

async function builtImages(engine: Engine, folder: string): Promise<readonly string[]> {
  const label = `label=dev.layerscope.folder=${folder}`;
  const names = await engine.ask('images', '--format', '{{.Repository}}:{{.Tag}}', '--filter', label);
  return names.trim().split('\n');
}
