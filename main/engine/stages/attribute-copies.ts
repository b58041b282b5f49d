import type { CopySource, Dockerfile } from '../../../shared/model/project.ts';
import { type CopyInstruction, copyOfHistory } from '../project/copy-instructions.ts';
import { triggerSources } from '../project/trigger-sources.ts';
import type { LayerOwner } from './attribute-layers.ts';

/** Where the instructions of a stage begin. */
export interface StageStart {
  /** The COPY and ADD instructions of a stage by line; none where its base is not known. */
  readonly copiesOf: (stage: number) => ReadonlyMap<number, CopyInstruction>;
  /** The directory that the triggers of the FROM of a stage begin in; undefined where it is not known. */
  readonly directoryOf: (stage: number) => string | undefined;
}

/** The owners of an image's layers with what each COPY and ADD copies, or that this cannot be told. */
export function withCopies(
  owners: readonly (LayerOwner | undefined)[],
  layers: readonly { readonly createdBy?: string | undefined }[],
  dockerfile: Dockerfile,
  { copiesOf, directoryOf }: StageStart,
): (LayerOwner | undefined)[] {
  let trigger: { readonly stage: number; directory: string | undefined } | undefined;
  return owners.map((owner, index) => {
    if (owner?.kind !== 'instruction') return owner;
    const { stage, line } = owner;
    if (owner.trigger) {
      const createdBy = layers[index]?.createdBy ?? '';
      if (trigger?.stage !== stage) trigger = { stage, directory: directoryOf(stage) };
      trigger.directory = /^WORKDIR (\/.*)$/.exec(createdBy)?.[1] ?? trigger.directory;
      if (!isCopy(createdBy)) return owner;
      const { directory } = trigger;
      const from = triggerSource(index, stage, dockerfile, owners, layers);
      const isKnown = directory !== undefined && from !== 'unknown';
      return { ...owner, copy: (isKnown && copyOfHistory(createdBy, directory, from)) || 'unknown' };
    }
    const instruction = dockerfile.stages[stage]?.instructions.find((each) => each.line === line);
    if (instruction?.keyword !== 'COPY' && instruction?.keyword !== 'ADD') return owner;
    return { ...owner, copy: copiesOf(stage).get(line) ?? 'unknown' };
  });
}

/**
 * What a layer of a trigger is copied from. Each COPY and ADD that a base stage adds made one layer, in order; an image's
 * triggers are taken to copy from the context.
 */
function triggerSource(
  layer: number,
  stage: number,
  dockerfile: Dockerfile,
  owners: readonly (LayerOwner | undefined)[],
  layers: readonly { readonly createdBy?: string | undefined }[],
): CopySource | 'unknown' | undefined {
  const sources = triggerSources(dockerfile, stage);
  if (sources.every((source) => source === undefined)) return undefined;
  const made = owners.flatMap((owner, index) =>
    owner?.kind === 'instruction' &&
    owner.trigger &&
    owner.stage === stage &&
    isCopy(layers[index]?.createdBy)
      ? [index]
      : [],
  );
  return made.length === sources.length ? sources[made.indexOf(layer)] : 'unknown';
}

function isCopy(createdBy: string | undefined): boolean {
  return /^(?:COPY|ADD) /.test(createdBy ?? '');
}
