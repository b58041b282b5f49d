import type { ProjectDocument, VariantDocument } from '../../shared/model/project-document.ts';
import type { ScreenWatch } from '../components/screen.tsx';

/** Of a screen that shows images of a folder's last build: its variants are kept comparing, and what failed is told. */
export function projectWatch(
  folder: string,
  { variants }: Pick<ProjectDocument, 'variants'>,
  updating: boolean,
  shown: readonly VariantDocument[] = [],
): ScreenWatch {
  return {
    folder,
    updating,
    shown,
    variants: variants.map(({ name }) => name),
    failures: variants.flatMap(({ build }) =>
      build.status === 'failed' && build.error ? [build.error] : [],
    ),
  };
}
