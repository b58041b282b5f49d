import type { GroupDocument, ProjectDocument } from '../../../shared/model/project-document.ts';
import type { ImageRegistry } from '../images/image-registry.ts';

interface ExplainRequest {
  readonly registry: ImageRegistry;
  /** By variant. */
  readonly handles: Readonly<Record<string, string>>;
  /** Items of bounded lists. */
  readonly top: number;
  readonly signal: AbortSignal;
}

/** The document with why each variant differs from the baseline of its group. */
export async function explainDifferences(
  document: ProjectDocument,
  request: ExplainRequest,
): Promise<ProjectDocument> {
  const groups = await Promise.all(document.groups.map((group) => explained(group, document, request)));
  return { ...document, groups };
}

async function explained(
  group: GroupDocument,
  { variants }: ProjectDocument,
  { registry, handles, top, signal }: ExplainRequest,
): Promise<GroupDocument> {
  const { baseline } = group;
  const left = baseline === null ? undefined : handles[baseline];
  if (left === undefined) return group;
  const differenceOf = async (name: string) => {
    const right = handles[name];
    if (name === baseline || right === undefined) return null;
    const stages = variants.find((variant) => variant.name === name)?.stages;
    const sides = [await registry.get(left, signal), await registry.get(right, signal)] as const;
    const comparison = await registry.compare(...sides, signal);
    return (await comparison?.findings({ stages, top }, signal))?.difference ?? null;
  };
  const rows = await Promise.all(
    group.rows.map(async (row) => ({ ...row, difference: await differenceOf(row.variant) })),
  );
  return { ...group, rows };
}
