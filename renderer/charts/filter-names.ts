import type { Dockerfile } from '../../shared/model/project.ts';
import type { FilterNames } from './filter-words.ts';
import type { OwnedImage } from './owners.ts';

/** What people call the origins of an image, and the instructions of its Dockerfile where that is at hand. */
export function filterNames(owned: OwnedImage, dockerfile: Dockerfile | undefined): FilterNames {
  return {
    origin: (id) =>
      owned.origins?.get(id)?.title ?? stageTitle(owned, id) ?? id.replace(/^(base|external):/, ''),
    instruction: (stage, line) =>
      dockerfile?.stages[stage]?.instructions.find((instruction) => instruction.line === line)?.text,
  };
}

/** A stage that nothing of the image is from. */
function stageTitle({ stageNames }: OwnedImage, id: string): string | undefined {
  if (!id.startsWith('stage:')) return undefined;
  const index = Number(id.slice('stage:'.length));
  const name = stageNames.get(index);
  return name === undefined || name === `stage ${index}` ? `stage ${index}` : `stage ${name}`;
}
