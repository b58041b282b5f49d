import { useEffect, useRef } from 'react';
import type { ErrorInfo } from '../../shared/api/errors.ts';
import { dockerfileOf } from '../../shared/model/dockerfile-of.ts';
import type { Dockerfile } from '../../shared/model/project.ts';
import type { VariantDocument } from '../../shared/model/project-document.ts';
import { useCall } from '../data/use-call.ts';

export interface DockerfileCall {
  /** Undefined while it is loaded, and where the folder no longer has it. */
  readonly dockerfile: Dockerfile | undefined;
  readonly loading: boolean;
  readonly error: ErrorInfo | undefined;
  readonly retry: () => void;
}

/** The Dockerfile of a built variant as it is in the folder after its last build. Without a variant it waits. */
export function useDockerfile(
  build: { readonly folder: string; readonly variant: VariantDocument } | undefined,
): DockerfileCall {
  const { value, error, loading, refetch } = useCall('project.open', build && { folder: build.folder });
  const built = build?.variant;
  const shown = useRef(built);
  useEffect(() => {
    // Another one of the same name is of another build.
    if (shown.current && built && shown.current !== built && shown.current.name === built.name) refetch();
    shown.current = built;
  }, [built, refetch]);
  const variant = value?.variants.find(({ name }) => name === build?.variant.name);
  return {
    // A build of files or targets of its own may have had other variants.
    dockerfile:
      value && variant
        ? dockerfileOf(value, variant)
        : value?.dockerfiles.find(({ path }) => path === build?.variant.dockerfile),
    loading,
    error,
    retry: refetch,
  };
}
