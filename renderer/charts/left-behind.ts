import type { FileGroup, VariantDocument } from '../../shared/model/project-document.ts';
import { stageName } from './owners.ts';
import type { MeasureText } from './treemap-labels.ts';
import { visibleText } from './visible-text.ts';

/** What the stages of a variant kept to themselves. */
export interface LeftBehind {
  /** Of all stages, each content once. */
  readonly bytes: number;
  /** Those that left something, the most first. */
  readonly stages: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly groups: readonly FileGroup[];
  }[];
}

/** Undefined where nothing was left behind, or that is not known. */
export function leftBehindOf({ leftBehind, stages }: VariantDocument): LeftBehind | undefined {
  if (!leftBehind) return undefined;
  return {
    bytes: leftBehind,
    stages: stages
      .flatMap((stage) =>
        stage.leftBehind
          ? [{ name: stageName(stage), bytes: stage.leftBehind, groups: stage.leftBehindGroups?.items ?? [] }]
          : [],
      )
      .sort((a, b) => b.bytes - a.bytes),
  };
}

/**
 * `left behind in builder 702 MB` and `Go toolchain 456 MB`, `apt package cache 185 MB`, the largest first. Of several
 * stages each group is said with its stage: what one left behind may be in the image by another.
 */
export function leftBehindWords(
  { bytes, stages }: LeftBehind,
  format: (bytes: number) => string,
): { readonly head: string; readonly items: readonly string[] } {
  const only = stages.length === 1 ? stages[0] : undefined;
  const where = only ? visibleText(only.name) : `${stages.length} stages`;
  return {
    head: `left behind in ${where} ${format(bytes)}`,
    items: largestGroups(stages).map(({ group, stage }) => {
      const words = `${visibleText(group.name)} ${format(group.bytes)}`;
      return only ? words : `${words} in ${visibleText(stage)}`;
    }),
  };
}

/** Each group once, of the stage that left most of it: a stage on a stage has the same files again. */
function largestGroups(stages: LeftBehind['stages']) {
  const byName = new Map<string, { readonly group: FileGroup; readonly stage: string }>();
  for (const { name, groups } of stages) {
    for (const group of groups) {
      const other = byName.get(group.name);
      if (!other || other.group.bytes < group.bytes) byName.set(group.name, { group, stage: name });
    }
  }
  return [...byName.values()].sort((a, b) => b.group.bytes - a.group.bytes);
}

/** The head with as many whole items as fit, `…` for the rest; undefined where not even the head does. */
export function fitWords(
  head: string,
  items: readonly string[],
  width: number,
  measure: MeasureText,
): string | undefined {
  let fitting = measure(head, 'normal') <= width ? head : undefined;
  for (const [index] of items.entries()) {
    const text = `${head}: ${items.slice(0, index + 1).join(', ')}`;
    const whole = index === items.length - 1 ? text : `${text}, …`;
    if (measure(whole, 'normal') > width) break;
    fitting = whole;
  }
  return fitting;
}
