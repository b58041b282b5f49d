import type { LayerIndex } from '../../main/engine/archive/layer-index.ts';
import type { Filesystem } from '../../main/engine/filesystem/filesystem.ts';
import { mergeLayers } from '../../main/engine/filesystem/merge-layers.ts';
import { generatedLayers } from '../../main/engine/filesystem/testing/million-files.ts';
import { withPackages } from '../../main/engine/packages/packages-of.ts';
import { traceVariant } from '../../main/engine/stages/trace-variant.ts';
import { type BenchStage, variantsOf } from '../inputs/variants.ts';

/** An image of a million files, as the reader hands it to a window. */
export interface MillionFiles {
  readonly layers: readonly LayerIndex[];
  readonly merged: Filesystem;
}

/** 20 layers such as installing packages makes. */
export function installed(): MillionFiles {
  const layers = generatedLayers();
  return { layers, merged: withPackages(mergeLayers(layers)) };
}

/** What a Dockerfile of two stages builds, with its origins: the image, or that of the stage it copies from. */
export function built(which: 'final' | 'builder'): MillionFiles {
  const builds = variantsOf(1_000_000);
  const merged = ({ layers, ...stage }: BenchStage) => ({ ...stage, filesystem: mergeLayers(layers) });
  const stages = [merged(builds.builder), merged(builds.final)];
  const trace = traceVariant({ target: 1, stages, context: mergeLayers([builds.context]) });
  const at = which === 'final' ? 1 : 0;
  const origins = trace.stages.find(({ index }) => index === at)!.origins;
  return { layers: builds[which].layers, merged: { ...withPackages(stages[at]!.filesystem), origins } };
}
