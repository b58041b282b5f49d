import type { BuildSettings, Dockerfile, Stage, Variant } from '../../../shared/model/project.ts';
import { type BaseLayers, scratch } from '../docker/base-layers.ts';
import type { LoadedImage } from '../images/loaded-image.ts';
import type { TraceRecord } from '../images/trace-record.ts';
import { type CopyInstruction, copyInstructions } from '../project/copy-instructions.ts';
import { stageLabel } from '../project/stage-of.ts';
import { withCopies } from '../stages/attribute-copies.ts';
import { attributeLayers, type LayerOwner, stageChain } from '../stages/attribute-layers.ts';

/** What is known of a Dockerfile's build when its images are read. */
export interface BuiltStages {
  readonly dockerfile: Dockerfile;
  /** The variants that were built of it. */
  readonly variants: readonly Variant[];
  /** By the index of their stage: those of the variants, and of the stages these need. */
  readonly images: ReadonlyMap<number, LoadedImage>;
  /** Of the context as it was sent. */
  readonly context: string | undefined;
  /** By the index of the stage that is on it. */
  readonly bases: ReadonlyMap<number, BaseLayers>;
  readonly settings: Pick<BuildSettings, 'buildArgs' | 'platform'>;
}

/** What the images are traced from: who made each of their layers, and what was copied. */
export function recordTrace(built: BuiltStages): TraceRecord {
  const { dockerfile, variants, images, context } = built;
  const copiesOf = copiesByStage(built);
  return {
    targets: variants.map(({ stage, needs }) => ({ stage, needs: [...needs] })),
    stages: [...images].map(([index, image]) => {
      const stage = dockerfile.stages[index]!;
      const { line, base } = stage;
      const owners = ownersOf(built, index, image, copiesOf).map((owner) => owner ?? null);
      return { index, name: stageLabel(stage), line, base, image: image.handle, owners };
    }),
    context: context ?? null,
  };
}

type CopiesOf = (stage: number) => ReadonlyMap<number, CopyInstruction>;

function ownersOf(
  { dockerfile, images, bases }: BuiltStages,
  index: number,
  { record }: LoadedImage,
  copiesOf: CopiesOf,
): (LayerOwner | undefined)[] {
  const root = stageChain(dockerfile, index)[0]!;
  const base = root.base.kind === 'image' ? bases.get(root.index) : scratch;
  const owners = attributeLayers(record.layers, dockerfile, index, base);
  const triggersMove = record.layers.some(
    ({ createdBy }, layer) => createdBy?.startsWith('WORKDIR ') && isTriggerOf(owners[layer], root),
  );
  return withCopies(owners, record.layers, dockerfile, {
    copiesOf,
    directoryOf: (stage) => {
      // What is known of an image that a registry has is where its triggers end.
      if (stage === root.index) return triggersMove ? undefined : base?.config.workingDir;
      return startOf(dockerfile.stages[stage]!, bases, images)?.workingDir;
    },
  });
}

function isTriggerOf(owner: LayerOwner | undefined, { index }: Stage): boolean {
  return owner?.kind === 'instruction' && owner.trigger === true && owner.stage === index;
}

/** The copies of each stage, read once; none where the config that it starts with is not known. */
function copiesByStage({ dockerfile, images, bases, settings }: BuiltStages): CopiesOf {
  const known = new Map<number, ReadonlyMap<number, CopyInstruction>>();
  // What the engine builds for unless it is told otherwise.
  const platform = settings.platform ?? images.values().next().value?.record.platform;
  const read = (index: number): ReadonlyMap<number, CopyInstruction> => {
    const start = startOf(dockerfile.stages[index]!, bases, images);
    if (!start) return new Map();
    return copyInstructions(dockerfile, index, {
      baseEnv: start.env,
      baseWorkingDir: start.workingDir,
      buildArgs: settings.buildArgs,
      ...(platform !== undefined && { platform }),
    });
  };
  return (index) => {
    const copies = known.get(index) ?? read(index);
    known.set(index, copies);
    return copies;
  };
}

/** The config of what a stage starts from. */
function startOf(
  { index, base }: Stage,
  bases: BuiltStages['bases'],
  images: ReadonlyMap<number, LoadedImage>,
): Pick<BaseLayers['config'], 'env' | 'workingDir'> | undefined {
  switch (base.kind) {
    case 'image':
      return bases.get(index)?.config;
    case 'stage':
      return images.get(base.index)?.record.config;
    case 'scratch':
      return scratch.config;
  }
}
