import type { Dockerfile, Variant } from './project.ts';

/** The Dockerfile of a variant, as it is read for it. */
export function dockerfileOf(
  { dockerfiles }: { readonly dockerfiles: readonly Dockerfile[] },
  variant: Pick<Variant, 'dockerfile' | 'readFor'>,
): Dockerfile {
  return dockerfiles.find(({ path, readFor }) => path === variant.dockerfile && readFor === variant.readFor)!;
}
