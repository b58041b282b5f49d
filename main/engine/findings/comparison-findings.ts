import type { ComparisonDocument } from '../../../shared/model/comparison-document.ts';
import type { ChangeColumns } from '../compare/change-columns.ts';
import { comparePackages } from '../compare/compare-packages.ts';
import { listDirectoryChanges } from '../compare/list-directory-changes.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { packagesOf } from '../packages/packages-of.ts';
import { type ExplainedImage, explainDifference } from './explain-difference.ts';

export interface ExplainRequest {
  readonly columns: ChangeColumns;
  /** The stages that the right image's build needed, where a build here made it. */
  readonly stages?: ExplainedImage['stages'] | undefined;
  /** Items of each list. */
  readonly top: number;
}

/** What is said of a comparison beside its rows. */
export type ComparisonFindings = {
  readonly [K in 'difference' | 'directories' | 'packages']: NonNullable<ComparisonDocument[K]>;
};

export function comparisonFindings({ columns, stages, top }: ExplainRequest): ComparisonFindings {
  const side = (filesystem: Filesystem) => ({ filesystem, packages: packagesOf(filesystem) });
  const left = side(columns.left);
  const right = side(columns.right);
  return {
    difference: explainDifference(left, { ...right, ...(stages && { stages }) }, columns),
    directories: listDirectoryChanges(columns, top),
    packages: comparePackages(left, right, top),
  };
}
