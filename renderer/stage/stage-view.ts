export const stageTabs = ['treemap', 'tree', 'leftBehind', 'packages'] as const;
export type StageTab = (typeof stageTabs)[number];

export interface StageSubject {
  readonly folder: string;
  readonly variant: string;
  readonly stage: number;
}

/** Which stage an address names; undefined where it is none. */
export function readStageSubject(query: URLSearchParams): StageSubject | undefined {
  const folder = query.get('folder');
  const variant = query.get('variant');
  const stage = query.get('stage') ?? '';
  return folder && variant && /^\d{1,4}$/.test(stage) ? { folder, variant, stage: Number(stage) } : undefined;
}

export function readStageTab(query: URLSearchParams): StageTab {
  const view = query.get('view');
  return stageTabs.find((known) => known === view) ?? 'treemap';
}
