import type { VariantDocument } from '../../shared/model/project-document.ts';

/** What an image was built from. */
export interface ImageBuild {
  readonly folder: string;
  readonly variant: VariantDocument;
}
