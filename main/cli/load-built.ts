import type { BuildStep } from '../../shared/model/build.ts';
import { formatDuration } from '../../shared/model/format-bytes.ts';
import type { ProjectDocument } from '../../shared/model/project-document.ts';
import type { BuildTask } from './build-task.ts';

/** What is being packed, for the progress line. */
export interface Packing {
  readonly variant: string;
  readonly step: BuildStep;
}

/**
 * Makes the images of what was built in the engine, those that are not there yet, and returns the document with their
 * tags. Throws what a build throws.
 */
export async function loadBuilt(
  { api, request }: Pick<BuildTask, 'api' | 'request'>,
  document: ProjectDocument,
  onPacking: (packing: Packing) => void,
  signal: AbortSignal,
): Promise<ProjectDocument> {
  const variants = namesToLoad(document);
  if (variants.length === 0) return document;
  const { folder, settings } = request;
  const { result } = await api.call('project.result', { folder });
  const handles = Object.fromEntries(
    variants.flatMap((name) => (result?.handles[name] ? [[name, result.handles[name]]] : [])),
  );
  const { images } = await api.call(
    'build.load',
    { folder, settings, variants, handles },
    { signal, onEvent: onPacking },
  );
  const tags = new Map(images.map(({ variant, tag }) => [variant, tag]));
  return {
    ...document,
    variants: document.variants.map((variant) => {
      const tag = tags.get(variant.name) ?? variant.build.tag;
      return { ...variant, build: { ...variant.build, tag } };
    }),
  };
}

/** Variants that were built and are not in the engine. */
export function namesToLoad({ variants }: ProjectDocument): string[] {
  return variants
    .filter(({ build }) => build.status === 'built' && build.tag === null)
    .map(({ name }) => name);
}

/** `Packing Dockerfile, 3 s: exporting layers`. */
export function packingText(packing: Packing | undefined, elapsedMs: number): string {
  const elapsed = formatDuration(elapsedMs);
  return packing
    ? `Packing ${packing.variant}, ${elapsed}: ${packing.step.name}`
    : `Packing images, ${elapsed}`;
}
