import { LayerscopeError } from '../../../shared/api/errors.ts';
import type { Project, Variant } from '../../../shared/model/project.ts';

/**
 * The variants of these names. Throws `nothing-selected`, and for one that is not there `stage-unknown`, or what is wrong
 * with the Dockerfile that it would be of.
 */
export function chooseVariants(
  { folder, dockerfiles, variants, warnings = [] }: Omit<Project, 'trusted'>,
  names: readonly string[],
): Variant[] {
  const chosen = names.map((name) => {
    const variant = variants.find((candidate) => candidate.name === name);
    if (variant) return variant;
    const unread = dockerfiles.find(({ path, problem }) => problem && name.startsWith(`${path}#`));
    if (unread?.problem) throw new LayerscopeError(unread.problem);
    throw new LayerscopeError({
      code: 'stage-unknown',
      message: [
        `There is no variant ${JSON.stringify(name)} in ${folder}`,
        // What cannot be read of a compose file may have been its service.
        ...warnings.map(({ message }) => message),
      ].join('. '),
      hint: 'Choose one of those there are',
      candidates: variants.map((candidate) => candidate.name),
    });
  });
  if (chosen.length > 0) return chosen;
  throw new LayerscopeError({
    code: 'nothing-selected',
    message: 'No variant is ticked',
    hint: 'Tick at least one Dockerfile or stage',
  });
}
