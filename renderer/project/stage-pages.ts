import type { Variant } from '../../shared/model/project.ts';
import type { ProjectDocument } from '../../shared/model/project-document.ts';
import { stageAddress } from '../addresses.ts';

/**
 * The page of each of a Dockerfile's stages in the last build, where `own` are its variants: of the variant that goes on
 * to the last stage, where that needed it, else of the first that did. Undefined where none of them has an image.
 */
export function stagePages(
  { folder, variants }: Pick<ProjectDocument, 'folder' | 'variants'>,
  own: readonly Pick<Variant, 'name'>[],
): ((stage: number) => string | undefined) | undefined {
  const built = variants
    .filter(({ image, name }) => image && own.some((variant) => variant.name === name))
    .sort((a, b) => Number(a.target !== null) - Number(b.target !== null));
  if (built.length === 0) return undefined;
  return (stage) => {
    const variant = built.find(({ stages }) => stages.some((other) => other.index === stage && other.built));
    return variant && stageAddress(folder, variant.name, stage);
  };
}
