import type { Dockerfile } from '../../../shared/model/project.ts';
import { type CopyInstruction, copyOfHistory } from '../project/copy-instructions.ts';
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
      if (!/^(?:COPY|ADD) /.test(createdBy)) return owner;
      const { directory } = trigger;
      const copy = directory === undefined ? undefined : copyOfHistory(createdBy, directory);
      return { ...owner, copy: copy ?? 'unknown' };
    }
    const instruction = dockerfile.stages[stage]?.instructions.find((each) => each.line === line);
    if (instruction?.keyword !== 'COPY' && instruction?.keyword !== 'ADD') return owner;
    return { ...owner, copy: copiesOf(stage).get(line) ?? 'unknown' };
  });
}
