import type { StageDocument } from '../../../../shared/model/project-document.ts';

/** Names of the groups and packages that a stage left behind. */
export function leftBehind({ leftBehindGroups, leftBehindPackages }: StageDocument): string[] {
  const groups = leftBehindGroups!.items.map(({ name }) => name);
  const packages = leftBehindPackages!.items.map(({ ecosystem, name }) => `${ecosystem}:${name}`);
  return [...groups, ...packages];
}
