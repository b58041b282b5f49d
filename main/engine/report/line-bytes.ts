import type { ImageFacts } from '../../../shared/model/image-document.ts';
import type { Dockerfile, Instruction, Stage } from '../../../shared/model/project.ts';
import type { LineBytes, OriginDocument } from '../../../shared/model/project-document.ts';
import type { LayerOwner } from '../stages/attribute-layers.ts';

/** A stage's image, with who made each of its layers. */
export interface StageLayers {
  readonly layers: ImageFacts['layers'];
  readonly owners: readonly (LayerOwner | undefined)[];
}

/**
 * What every instruction of the stages did that a variant needs: in the image of its own stage, and in the variant's.
 * Without origins nothing is known of the latter.
 */
export function lineBytes(
  dockerfile: Dockerfile,
  needs: readonly number[],
  stages: ReadonlyMap<number, StageLayers>,
  origins: readonly OriginDocument[] | undefined,
): LineBytes[] {
  const given = contributions(origins ?? []);
  return needs.flatMap((index) => {
    const stage = dockerfile.stages[index]!;
    return stage.instructions.map((instruction) => ({
      stage: index,
      line: instruction.line,
      endLine: instruction.endLine,
      keyword: instruction.keyword,
      ...storedBytes(stage, instruction, stages.get(index)),
      contributed: origins ? (given.get(keyOf(index, instruction.line)) ?? 0) : null,
    }));
  });
}

const nothing = { added: null, live: null, wasted: null } as const;

/** Of the layers that the instruction made; a FROM has those of its base and of the base's triggers. */
function storedBytes(
  { index }: Stage,
  { line }: Instruction,
  image: StageLayers | undefined,
): Pick<LineBytes, 'added' | 'live' | 'wasted'> {
  if (!image) return nothing;
  const made = image.layers.filter((_, layer) => {
    const owner = image.owners[layer];
    return owner?.stage === index && owner.line === line;
  });
  if (made.length === 0) return nothing;
  let added = 0;
  let live = 0;
  for (const layer of made) {
    if (layer.stored === null || layer.live === null) return nothing;
    added += layer.stored;
    live += layer.live;
  }
  return { added, live, wasted: added - live };
}

/** Live bytes of the variant's image by the stage and line they are from; what is untraced is from none. */
function contributions(origins: readonly OriginDocument[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { kind, lines } of origins) {
    if (kind === 'untraced') continue;
    for (const { stage, line, bytes } of lines) {
      const key = keyOf(stage, line);
      sums.set(key, (sums.get(key) ?? 0) + bytes);
    }
  }
  return sums;
}

const keyOf = (stage: number, line: number): string => `${stage} ${line}`;
